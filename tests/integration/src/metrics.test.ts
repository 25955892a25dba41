import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Accuracy,
  ArrayDataset,
  BaseModel,
  Evaluator,
  type ForwardMode,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-logger'
import '@hookloop/hook-runtime-info'
import { ConfusionMatrix, confusionMatrix, parseResults, SingleLabelMetric } from '@hookloop/metrics'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

type Batch = { inputs: tf.Tensor2D; labels: tf.Tensor1D }

/** Three classes from two numbers; scores as a record. */
class Net extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.tensor2d([1, 0, -1, 0, 1, -1], [2, 3]))

  forward({ inputs, labels }: Batch, mode: ForwardMode) {
    const logits = tf.matMul(inputs, this.weight)
    if (mode !== 'loss') return { scores: tf.softmax(logits) }
    return { loss: tf.losses.softmaxCrossEntropy(tf.oneHot(tf.cast(labels, 'int32'), 3), logits) }
  }
}

const count = 20
const truth = Int32Array.from({ length: count }, (_, index) => index % 3)
const inputs = Float32Array.from({ length: 2 * count }, (_, index) => Math.sin(index * index + 1))
const dataset = new ArrayDataset(
  { inputs: { values: inputs, shape: [2] }, labels: { values: truth } },
  { classes: ['a', 'b', 'c'] },
)
const metrics = [
  { type: 'Accuracy' },
  { type: 'ConfusionMatrix' },
  { type: 'SingleLabelMetric', items: ['precision', 'f1-score'] },
  { type: 'SingleLabelMetric', items: ['recall'], average: null },
] as const

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'metrics-'))
})
afterEach(() => rm(workDir, { recursive: true }))

function makeRunner(extra: Partial<RunnerOptions> = {}): Runner {
  return new Runner({
    model: () => new Net(),
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 5 },
    trainCfg: { maxEpochs: 2 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    valDataloader: { dataset, batchSize: 8 },
    valEvaluator: metrics,
    testDataloader: { dataset, batchSize: 6 },
    testEvaluator: [...metrics, { type: 'DumpResults', outFilePath: join(workDir, 'out', 'test.jsonl') }],
    defaultHooks: { checkpoint: { saveBest: 'single-label/f1-score', rule: 'greater' } },
    randomness: { seed: 4 },
    ...extra,
  })
}

describe('a run with several metrics', () => {
  it('logs them, the matrix too, and keeps them over a resume', async () => {
    const first = makeRunner()
    await first.train()
    const found = await first.val()
    const matrix = found['confusion_matrix/result']
    expect(Object.keys(found)).toEqual([
      'accuracy/top1',
      'confusion_matrix/result',
      'single-label/precision',
      'single-label/f1-score',
      'single-label/recall_classwise',
    ])
    const right = [matrix].flat().map((row, label) => (Array.isArray(row) ? Number(row[label]) : Number.NaN))
    expect(right.reduce((sum, value) => sum + value, 0) / count).toBe(found['accuracy/top1'])
    expect([matrix].flat(2).reduce((sum, value) => Number(sum) + Number(value), 0)).toBe(count)

    const { logDir, timestamp } = first
    const log = await readFile(join(logDir, `${timestamp}.log`), 'utf8')
    expect(log).toContain(`confusion_matrix/result: ${JSON.stringify(matrix).replaceAll(',', ', ')}`)
    expect(log).toMatch(/best: 0\.\d+ in .*best_single-label_f1-score_epoch_\d/)
    const rows = (await readFile(join(logDir, 'vis_data', 'scalars.json'), 'utf8')).trimEnd().split('\n')
    // A row holds single values only, as in MMEngine.
    const { 'accuracy/top1': accuracy, ...row } = JSON.parse(rows.at(-1) ?? '')
    expect(accuracy).toBe(found['accuracy/top1'])
    expect(row).toMatchObject({ step: 2 })
    expect(row).not.toHaveProperty(['confusion_matrix/result'])
    first.dispose()

    const resumed = makeRunner({ resume: true, trainCfg: { maxEpochs: 3 } })
    await resumed.train()
    const whole = makeRunner({ workDir: join(workDir, 'whole'), trainCfg: { maxEpochs: 3 } })
    await whole.train()
    const key = 'val/confusion_matrix/result'
    expect(resumed.messageHub.info.get(key)).toEqual(whole.messageHub.info.get(key))
    expect(whole.messageHub.info.get(key)).toHaveLength(3)
  })

  it('writes predictions that give the same results offline, and leaves no tensor', async () => {
    const runner = makeRunner()
    const live = await runner.test()
    const before = tf.memory().numTensors
    expect(await runner.test()).toEqual(live)
    expect(tf.memory().numTensors).toBe(before)

    const text = await readFile(join(workDir, 'out', 'test.jsonl'), 'utf8')
    const results = text.trimEnd().split('\n').map(parseResults)
    expect(results).toHaveLength(count)
    const best = results.map((result) => {
      const scores = typeof result === 'object' && result !== null && 'scores' in result ? result.scores : []
      const numbers = [scores].flat().map(Number)
      return numbers.indexOf(Math.max(...numbers))
    })
    const matrix = confusionMatrix({ labels: truth, predictions: best, numClasses: 3 })
    expect(live['confusion_matrix/result']).toEqual(matrix)

    const evaluator = new Evaluator([
      new Accuracy(),
      new ConfusionMatrix(),
      new SingleLabelMetric({ items: ['precision', 'f1-score'] }),
      new SingleLabelMetric({ items: ['recall'], average: null }),
    ])
    const offline = await evaluator.offlineEvaluate(results, dataset, 7)
    expect(offline).toEqual(live)

    const json = JSON.parse(await readFile(join(runner.logDir, `${runner.timestamp}.json`), 'utf8'))
    expect(json['confusion_matrix/result']).toEqual(matrix)
  })

  it('lists the mistakes of all metrics at once', () => {
    const wrong = JSON.parse('[{"type":"SingleLabelMetric","average":"mean"},{"type":"ConfusionMatrx"}]')
    expect(() => makeRunner({ valEvaluator: wrong })).toThrow(
      /valEvaluator\[0\]\.average: is 'mean'[\s\S]*valEvaluator\[1\]\.type: .*Did you mean 'ConfusionMatrix'/,
    )
  })
})
