import { Hook, type Runner, type StateTree, type StepOutputs } from '@hookloop/core'
import { add, mul, Tensor, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { expectHookContract } from '../src/index.js'

function firstNumber(value: Tensor | number | undefined): number {
  return value instanceof Tensor ? (value.dataSync()[0] ?? Number.NaN) : (value ?? Number.NaN)
}

class Nothing extends Hook {}

class Counts extends Hook {
  count = 0

  override afterTrainIter() {
    this.count += 1
  }
  override stateDict(): StateTree {
    return { count: this.count }
  }
  override loadStateDict({ count }: StateTree) {
    this.count = Number(count ?? 0)
  }
}

class CountsPrivately extends Hook {
  #count = 0

  override afterTrainIter({ messageHub }: Runner) {
    this.#count += 1
    messageHub.updateScalar('train/count', this.#count)
  }
  override stateDict(): StateTree {
    return { count: this.#count }
  }
  override loadStateDict({ count }: StateTree) {
    this.#count = Number(count ?? 0)
  }
}

/** What is written anew in each iteration, kept as a reference or made when it is first needed comes back by itself. */
class KeepsPassingThings extends Hook {
  runner: Runner | undefined
  lastLoss = Number.NaN
  lastIter = -1
  cache: Map<string, number[]> | undefined
  onStop: (() => void) | undefined

  override beforeRun(runner: Runner) {
    this.runner = runner
    this.onStop = () => runner.stopTraining()
  }
  override afterTrainIter(runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
    this.lastLoss = firstNumber(outputs.loss)
    this.lastIter = runner.iter
    this.cache ??= new Map([['shape', [4, 4]]])
  }
}

class KeepsTheTime extends Hook {
  startTime = 0
  override beforeRun() {
    this.startTime = Date.now()
  }
}

/** An average beside the weights, as a tensor that is the hook's own. */
class Averages extends Hook {
  #average: Variable | undefined

  override beforeRun() {
    this.#average ??= tidy(() => variable(zeros([3]), false))
  }
  override afterTrainIter({ model }: Runner) {
    const [average, bias] = [this.#average, model.parameters()['dense.bias']]
    if (average !== undefined && bias !== undefined)
      tidy(() => average.assign(add(mul(average, 0.9), mul(bias, 0.1))))
  }
  override stateDict(): StateTree {
    return { average: this.#average }
  }
  override loadStateDict({ average }: StateTree) {
    if (average instanceof Tensor) this.#average?.assign(average)
  }
  override dispose() {
    this.#average?.dispose()
    this.#average = undefined
  }
}

/** Everything that is begun is ended. */
class CleansUp extends Hook {
  #timer: ReturnType<typeof setInterval> | undefined
  #removeSink: (() => void) | undefined
  #stopObserving: (() => void) | undefined
  readonly #warn = () => undefined

  override beforeRun(runner: Runner) {
    this.#timer = setInterval(() => undefined, 1000)
    process.on('warning', this.#warn)
    this.#removeSink = runner.logger.addSink({ write: () => undefined })
    this.#stopObserving = runner.hooks.observe({
      beginPoint: () => () => undefined,
      beginHook: () => () => undefined,
    })
  }
  override afterRun() {
    clearInterval(this.#timer)
    process.off('warning', this.#warn)
    this.#removeSink?.()
    this.#stopObserving?.()
  }
}

/** Work beside the training that is waited for at the end. */
class WritesInTheBackground extends Hook {
  #writing: Promise<void> = Promise.resolve()

  override afterTrainEpoch({ storage, epoch }: Runner) {
    this.#writing = this.#writing.then(() => storage.append('notes.txt', `${epoch}\n`))
    // Heard of in afterRun; until then it must not count as unheard.
    this.#writing.catch(() => undefined)
  }
  override async afterRun() {
    await this.#writing
  }
}

class WaitsForItsPromises extends Hook {
  best = Number.POSITIVE_INFINITY

  override async afterTrainIter(runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
    const { loss } = outputs
    const [value = Number.NaN] = loss instanceof Tensor ? await loss.data() : []
    this.best = Math.min(this.best, value)
    await runner.storage.append('best.txt', `${this.best}\n`)
  }
  override stateDict(): StateTree {
    return { best: this.best }
  }
  override loadStateDict({ best }: StateTree) {
    if (typeof best === 'number') this.best = best
  }
}

it.each([
  Nothing,
  Counts,
  CountsPrivately,
  KeepsPassingThings,
  Averages,
  CleansUp,
  WritesInTheBackground,
  WaitsForItsPromises,
])('%o passes', async (HookClass) => {
  await expectHookContract(HookClass)
})

it('lets fields begin anew that are declared to', async () => {
  await expect(expectHookContract(KeepsTheTime)).rejects.toThrow("declare it: transient: ['startTime']")
  await expectHookContract(KeepsTheTime, { transient: ['startTime'] })
})
