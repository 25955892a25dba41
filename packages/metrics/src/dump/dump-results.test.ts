import { BaseModel, Evaluator, MemoryStorage, Runner, SingleProcess } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gathered, labelled, memoryContext } from '../../test/support.js'
import { ConfusionMatrix, DumpResults, parseResults } from '../index.js'

/** A model that is never asked. */
class Constant extends BaseModel {
  forward() {
    return { loss: tf.scalar(0) }
  }
}

/** The file that is written for some batches of predictions. */
async function dumped(outFilePath: string, batches: readonly unknown[], context = memoryContext()) {
  const evaluator = new Evaluator([new DumpResults({ outFilePath })])
  evaluator.context = context
  for (const outputs of batches) await evaluator.process({}, outputs)
  expect(await evaluator.evaluate(1e9, new SingleProcess())).toEqual({})
  return new TextDecoder().decode(await context.storage.read(outFilePath))
}

const parsed = (text: string) => text.trimEnd().split('\n').map(parseResults)

describe('DumpResults', () => {
  it('writes a line per example, or one list', async () => {
    const context = memoryContext()
    const batches = [tf.tensor2d([[1, 0.5]]), tf.tensor2d([[0, 2]])]
    expect(await dumped('out/results.jsonl', batches, context)).toBe('[1,0.5]\n[0,2]\n')
    expect(await dumped('results.json', batches, context)).toBe('[\n[1,0.5],\n[0,2]\n]\n')
    expect(context.lines).toEqual([
      'INFO Results have been saved to /out/results.jsonl.',
      'INFO Results have been saved to /results.json.',
    ])
  })

  it('does not take the outputs of a model for its examples', async () => {
    const metric = new DumpResults({ outFilePath: 'a.jsonl' })
    const batch = { inputs: tf.zeros([3, 2]) }
    await expect(metric.process(batch, [tf.zeros([3, 4]), tf.zeros([3, 1])])).rejects.toThrow(
      /the batch has 3 examples and the predictions are .*HL_DUMP_FORM/,
    )
    await expect(metric.process(batch, { a: tf.zeros([3, 4]), b: tf.zeros([3, 1]) })).resolves.toBeUndefined()
  })

  it('writes an empty file that can be read', async () => {
    expect(await dumped('a.jsonl', [])).toBe('')
    expect(parseResults(await dumped('a.json', []))).toEqual([])
  })

  it.each<[string, () => unknown, unknown[]]>([
    ['a tensor', () => tf.tensor3d([[[1, 2]], [[3, 4]]]), [[[1, 2]], [[3, 4]]]],
    [
      'a record of tensors and lists',
      () => ({ scores: tf.tensor2d([[0.5], [1]]), names: ['a', 'b'], scale: 2, size: [4, 5, 6] }),
      [
        { scores: [0.5], names: 'a', scale: 2, size: [4, 5, 6] },
        { scores: [1], names: 'b', scale: 2, size: [4, 5, 6] },
      ],
    ],
    [
      'a list of records',
      () => [{ boxes: tf.zeros([0, 4]), deep: { of: [tf.scalar(1)] } }, { boxes: Float32Array.of(1) }],
      [{ boxes: [], deep: { of: [1] } }, { boxes: [1] }],
    ],
    ['a list of tensors', () => [tf.scalar(1), tf.tensor1d([2])], [1, [2]]],
    ['a record of lists', () => ({ names: ['a', null] }), [{ names: 'a' }, { names: null }]],
    ['an array of numbers', () => Float32Array.of(1, 2), [1, 2]],
  ])('takes %s apart', async (_what, make, wanted) => {
    const outputs = make()
    const before = tf.memory().numTensors
    expect(parsed(await dumped('a.jsonl', [outputs]))).toEqual(wanted)
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each<[unknown, RegExp]>([
    [tf.scalar(1), /but got float32 \[\]/],
    [{ loss: 1 }, /but got \{ loss: number \}/],
    [undefined, /but got undefined.*HL_DUMP_FORM/],
  ])('refuses %s', async (outputs, message) => {
    await expect(dumped('a.jsonl', [outputs])).rejects.toThrow(message)
  })

  it('gives every float back as it was, in either form', async () => {
    const floats = fc.array(fc.float(), { minLength: 1, maxLength: 600 })
    await fc.assert(
      fc.asyncProperty(floats, async (values) => {
        const wanted = values.map((value) => (value === 0 ? 0 : value))
        expect(parsed(await dumped('a.jsonl', [Float32Array.from(values)]))).toEqual(wanted)
        expect(parseResults(await dumped('a.json', [Float32Array.from(values)]))).toEqual(wanted)
      }),
      { numRuns: 30 },
    )
  })

  it('writes the examples of all processes in the order of the dataset, once', async () => {
    const [first, second] = [memoryContext(0), memoryContext(1)]
    for (const context of [first, second]) {
      const evaluator = new Evaluator([new DumpResults({ outFilePath: 'a.jsonl' })])
      evaluator.context = context
      await evaluator.process({}, [{ id: 0 }, { id: 2 }])
      await evaluator.evaluate(3, new Gathered([[], [{ id: 1 }, { id: 0 }]]))
    }
    expect(parsed(new TextDecoder().decode(await first.storage.read('a.jsonl')))).toEqual([
      { id: 0 },
      { id: 1 },
      { id: 2 },
    ])
    expect([...second.storage.files.keys()]).toEqual([])
  })

  it('refuses two of one evaluator that write to one file, before anything is written', async () => {
    const context = memoryContext()
    const twice = (first: string, second: string) => {
      const metrics = [first, second].map((outFilePath) => new DumpResults({ outFilePath }))
      const evaluator = new Evaluator(metrics)
      evaluator.context = context
      return evaluator
    }
    await expect(twice('out/a.jsonl', 'out/./a.jsonl').process({}, [1])).rejects.toThrow(
      /two DumpResults of one evaluator write to \/out\/a\.jsonl.*an outFilePath of its own.*HL_DUMP_TWICE/,
    )
    const apart = twice('a.jsonl', 'a.json')
    for (const outputs of [[1], [2]]) await apart.process({}, outputs)
    await apart.evaluate(2, new SingleProcess())
    expect([...context.storage.files.keys()]).toEqual(['/a.jsonl', '/a.json'])
  })

  it('lets validation and test write to one file, one after the other, also after a failure', async () => {
    const context = memoryContext()
    const evaluator = () => {
      const one = new Evaluator([new DumpResults({ outFilePath: 'a.jsonl' })])
      one.context = context
      return one
    }
    await evaluator().process({}, ['interrupted'])
    const test = evaluator()
    await test.process({}, ['whole'])
    await test.evaluate(1, new SingleProcess())
    expect(new TextDecoder().decode(await context.storage.read('a.jsonl'))).toBe('"whole"\n')
  })

  it('keeps the old file whole when the new one cannot be written', async () => {
    class Full extends MemoryStorage {
      override async create(path: string) {
        const file = await super.create(path)
        return { ...file, write: () => Promise.reject(new Error('disk full')) }
      }
    }
    const storage = new Full()
    storage.files.set('/a.jsonl', new TextEncoder().encode('old\n'))
    await expect(dumped('a.jsonl', [[1]], { ...memoryContext(), storage })).rejects.toThrow('disk full')
    expect(new TextDecoder().decode(await storage.read('a.jsonl'))).toBe('old\n')
  })

  it('is judged offline as it was live', async () => {
    const truth = labelled([0, 1, 2, 1])
    const outputs = tf.tensor2d([
      [0.9, 0.05, 0.05],
      [0.1, 0.2, 0.7],
      [0.2, 0.2, 0.6],
      [Number.NaN, 0.5, 0.5],
    ])
    const live = new Evaluator([new ConfusionMatrix()])
    await live.process(truth.getBatch([0, 1, 2, 3]), { scores: outputs })
    const results = parsed(await dumped('a.jsonl', [{ scores: outputs }]))
    const offline = await new Evaluator([new ConfusionMatrix()]).offlineEvaluate(results, truth, 3)
    expect(offline).toEqual(await live.evaluate(4, new SingleProcess()))
  })

  it.each([
    ['{}', /outFilePath: is missing/],
    ['{"outFilePath":"results.pkl"}', /is 'results\.pkl', but must .* ends in \.jsonl or \.json/],
    ['{"outFilePath":"a.json","prefix":"a"}', /DumpResults\.prefix: is not an option/],
  ])('refuses %s', (options, message) => {
    expect(() => new DumpResults(JSON.parse(options))).toThrow(message)
  })

  it('writes offline into the storage of a Runner that does not run', async () => {
    const storage = new MemoryStorage()
    const runner = new Runner({ model: () => new Constant(), workDir: 'work_dir', storage, console: false })
    const evaluator = new Evaluator([new ConfusionMatrix(), new DumpResults({ outFilePath: 'judged.json' })])
    evaluator.context = runner
    const results = await evaluator.offlineEvaluate(
      [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      labelled([0, 1]),
      2,
    )
    expect(results).toEqual({
      'confusion_matrix/result': [
        [1, 0],
        [0, 1],
      ],
    })
    expect(parseResults(new TextDecoder().decode(await storage.read('judged.json')))).toEqual([
      [0.9, 0.1],
      [0.2, 0.8],
    ])
    runner.dispose()
  })

  it('says what it needs outside of a Runner', async () => {
    const evaluator = new Evaluator([new DumpResults({ outFilePath: 'a.json' })])
    await evaluator.process({}, [1])
    await expect(evaluator.evaluate(1, new SingleProcess())).rejects.toThrow(
      /set `evaluator\.context.*HL_DUMP_STORAGE/,
    )
  })
})
