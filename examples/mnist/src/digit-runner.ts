import { Runner, type RunnerOptions } from '@hookloop/core'
import '@hookloop/optim'
import '@hookloop/scheduler'
import type { CommandLine } from './command-line.js'
import { DigitJudgement } from './digit-judgement.js'
import type { Digits } from './digits.js'
import { importedHooks } from './hooks.js'
import { buildModel } from './model.js'
import { ShiftedDigits } from './shifted-digits.js'

/** The Runner of the example, and the metric that remembers what the test said of each digit. */
export interface DigitRun {
  readonly runner: Runner
  readonly judgement: DigitJudgement
}

/** AdamW, as OptimWrapper takes it. */
export const digitOptimizer = { type: 'AdamW', lr: 2e-3, weightDecay: 1e-4 } as const

/** Warm-up and cosine schedule, averaged weights, the best checkpoint kept. */
export function digitRunner(
  digits: Digits,
  commandLine: CommandLine,
  extra: Partial<RunnerOptions> = {},
): DigitRun {
  const { epochs, resume, seed, workDir } = commandLine
  const judgement = new DigitJudgement()
  const runner = new Runner({
    model: buildModel,
    workDir,
    trainDataloader: { dataset: new ShiftedDigits(digits.train, 2), batchSize: 64 },
    trainCfg: { maxEpochs: epochs },
    optimWrapper: { type: 'OptimWrapper', optimizer: digitOptimizer },
    paramScheduler: [
      { type: 'LinearLR', startFactor: 0.1, begin: 0, end: 100, byEpoch: false },
      { type: 'CosineAnnealingLR', begin: 0, end: epochs, convertToIterBased: true },
    ],
    valDataloader: { dataset: digits.val, batchSize: 250 },
    valEvaluator: { type: 'Accuracy' },
    testDataloader: { dataset: digits.test, batchSize: 250 },
    testEvaluator: [{ type: 'Accuracy' }, judgement],
    ...importedHooks(),
    randomness: { seed },
    resume,
    ...extra,
  })
  return { runner, judgement }
}
