import { type CompileMode, MemoryStorage, type Model, Runner, type StepsPerCall } from '@hookloop/core'
import '@hookloop/optim'
import '@tensorflow/tfjs-node'
import '../src/index.js'
import { dataOf, type Task } from './task.js'

/** A Runner that trains a task, and what it writes. */
export interface Run {
  readonly runner: Runner
  readonly model: Model
  log(): string
}

/** How training steps are made. */
export interface StepsMade {
  readonly compile: CompileMode
  readonly stepsPerCall?: StepsPerCall
}

/** Makes a Runner for a task, with files in memory and Adam unless the task says otherwise; it is gone after `use`. */
export async function withRunner<Result>(
  task: Task,
  stepsMade: StepsMade,
  use: (run: Run) => Promise<Result>,
): Promise<Result> {
  const model = task.model()
  const runner = new Runner({
    model,
    workDir: '/run',
    storage: new MemoryStorage(),
    engine: 'tfjs-node',
    console: false,
    trainDataloader: {
      dataset: dataOf(task),
      batchSize: 4,
      sampler: { type: 'DefaultSampler', shuffle: true },
    },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.01 } },
    randomness: { seed: 7 },
    ...task.options,
    trainCfg: { ...stepsMade, ...(task.trainCfg ?? { maxEpochs: task.epochs ?? 5 }) },
    customHooks: task.hooks?.() ?? [],
  })
  const lines: string[] = []
  runner.logger.addSink({ write: (text) => void lines.push(text) })
  try {
    return await use({ runner, model, log: () => lines.join('\n') })
  } finally {
    runner.dispose()
    model.dispose?.()
  }
}

/** The values of a model's weights and buffers, by name. */
export function weightsOf(model: Model): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(model.stateDict()).map(([name, value]) => [name, [...value.dataSync()]]),
  )
}
