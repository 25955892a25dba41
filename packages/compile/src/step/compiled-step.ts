import { type KeptAverage, reasonOf, type StepMemory } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { draw } from '../random/distribution.js'
import { graphBytes } from '../recording/graph-bytes.js'
import type { Recording, TensorSpec } from '../recording/recording.js'
import { filled } from '../recording/template.js'
import { GraphSession } from '../tensorflow/graph-session.js'
import { idOf, type NativeBackend, type NativeTensor } from '../tensorflow/native-backend.js'
import type { AnyStep } from './any-step.js'
import { type CallNames, callNames } from './call-names.js'
import { canBeLater, LaterData } from './later-data.js'
import type { PlannedPass } from './planned-pass.js'
import { failedStep, keptOutputName, repeatedGraph } from './repeated-graph.js'
import { graphOfAverages, SessionAverages } from './session-averages.js'
import { SessionVariables } from './session-variables.js'
import { StepFactors } from './step-factors.js'
import { nodeNames, outputSpecs, stepGraph } from './step-graph.js'
import type { StepHolder, StepQueue } from './step-queue.js'
import { WantedSizes } from './wanted-sizes.js'

/** TensorFlow's number of the type of factors. */
const float32 = 1

/** What a graph is made from. */
export interface CompiledStepSource {
  readonly recording: Recording
  /** Shapes and types of the batch's tensors. */
  readonly batch: readonly TensorSpec[]
  /** Of all optimizers, as they were when the step was recorded. */
  readonly passes: readonly PlannedPass[]
  /** That follow variables. */
  readonly averages: readonly KeptAverage[]
  /** So many steps run as one call at most. */
  readonly mostSteps: number
  /** Operations that run side by side with a thread each. */
  readonly sideBySide: number
}

/** A step whose outputs are promised. */
interface WaitingStep {
  readonly batch: readonly Tensor[]
  /** Made for the run, which frees them. */
  readonly drawn: readonly number[]
  readonly outputs: readonly LaterData[]
  takeBack(): void
}

/** A step that TensorFlow runs in one call, or several of them. */
export class CompiledStep<Outputs> implements StepHolder {
  /** Milliseconds that making and loading the graph took. */
  readonly loadMs: number
  readonly operations: number
  readonly recording: Recording
  readonly mostSteps: number
  /** Steps of the largest call so far. */
  largestCall = 0
  /** What it took until the first step was there, in milliseconds. */
  startMs = 0
  /** Runs of single steps. */
  numRuns = 0
  /** The fastest of them, in milliseconds. */
  fastestMs = Number.POSITIVE_INFINITY
  readonly memory: StepMemory
  readonly #session: GraphSession
  readonly #variables: SessionVariables
  readonly #outputs: readonly TensorSpec[]
  readonly #averages: SessionAverages
  readonly #factors: StepFactors
  readonly #numSeeds: number
  /** Names of one step. */
  readonly #feeds: readonly string[]
  readonly #fetches: readonly string[]
  /** Nodes that may end a run before it has written anything of their step. */
  readonly #checks: ReadonlySet<string>
  /** By the number of steps. */
  readonly #names = new Map<number, CallNames>()
  readonly #sizes: WantedSizes
  #waiting: WaitingStep[] = []
  /** Why the steps of a call could not be told apart; for the first of them, when it is made again. */
  #failure: Error | undefined

  /** @throws what TensorFlow says of a graph that it does not take */
  constructor(
    private readonly native: NativeBackend,
    private readonly queue: StepQueue,
    { recording, batch, passes, averages, mostSteps, sideBySide }: CompiledStepSource,
  ) {
    const begin = performance.now()
    this.recording = recording
    this.mostSteps = mostSteps
    const guardedPasses = recording.passes.flatMap(({ optimizer }, index) =>
      passes[optimizer]?.plan.needsFiniteLoss === true ? [index] : [],
    )
    const variables = recording.variables.map(({ shape, dataId }) => ({
      shape,
      dtype: native.tensorMap.get(dataId).dtype,
    }))
    const numFactors = passes.reduce((sum, { plan }) => sum + plan.factors.length, 0)
    const spec = { recording, batch, variables, numFactors, guardedPasses, sideBySide }
    const { nodes, derived, checks, firstChecks } = stepGraph(spec)
    this.#checks = checks
    this.#outputs = outputSpecs(spec)
    this.#factors = new StepFactors(numFactors, derived, mostSteps)
    this.#sizes = new WantedSizes(mostSteps)
    this.#numSeeds = Math.max(0, ...recording.drawn.map(({ seedIndex }) => seedIndex + 1))
    this.#feeds = [
      ...batch.map((_, index) => nodeNames.batch(index)),
      ...recording.drawn.map(({ index }) => nodeNames.recorded(index)),
    ]
    this.#fetches = this.#outputs.map((_, index) => nodeNames.output(index))
    const steps = repeatedGraph(nodes, mostSteps, this.#outputs, firstChecks)
    const following = graphOfAverages(native, recording.variables, averages)
    this.#session = new GraphSession(native.binding, [...steps, ...following.nodes])
    this.#averages = new SessionAverages(native, this.#session, following, queue.settle)
    this.#variables = new SessionVariables(
      native,
      this.#session,
      recording.variables,
      [...recording.written.keys()],
      queue.settle,
    )
    this.operations = recording.nodes.filter(({ kind }) => kind === 'op').length
    this.memory = { eagerBytes: recording.peakBytes, compiledBytes: graphBytes(recording) }
    this.loadMs = performance.now() - begin
  }

  /** False once something is gone that the graph holds as a constant. */
  get isValid(): boolean {
    return this.recording.captured.every((dataId) => this.native.tensorMap.has(dataId))
  }

  /** What it hands out can be promised before it is there. */
  get canWait(): boolean {
    return this.#outputs.every(canBeLater)
  }

  get waitingSteps(): number {
    return this.#waiting.length
  }

  /**
   * Runs the step and counts its passes. Nothing waits meanwhile.
   * @returns undefined where a loss is not finite or an operation refuses its values: nothing was changed then
   * @throws what TensorFlow says of anything else, such as of memory
   */
  run(
    batch: readonly Tensor[],
    passes: readonly PlannedPass[],
    step: AnyStep<Outputs>,
  ): { readonly outputs: Outputs } | undefined {
    const begin = performance.now()
    this.#throwFailure()
    this.#variables.bringIn()
    this.#factors.set(0, passes)
    const made = this.#compute([{ batch, drawn: this.#uploadDrawn(step) }])
    if (typeof made === 'number') return undefined
    this.#variables.takeOver()
    const ms = performance.now() - begin
    if (this.numRuns === 0) this.startMs = this.loadMs + ms
    this.numRuns += 1
    this.fastestMs = Math.min(this.fastestMs, ms)
    const tensors = made.map((one) => this.native.createOutputTensor(one))
    return { outputs: this.#handOut(tensors, passes) }
  }

  /** Promises the step, and counts its passes: it runs with those after it, or when somebody reads what it makes. */
  wait(batch: readonly Tensor[], passes: readonly PlannedPass[], step: AnyStep<Outputs>): Outputs {
    const { native, queue } = this
    queue.hold(this)
    const goesOn = this.#waiting.length > 0 && this.#variables.isUntouched
    if (!goesOn) this.#variables.bringIn()
    // Somebody may have wanted what the steps before have made, so that they wait no more.
    queue.hold(this)
    const outputs = this.#outputs.map((spec) => new LaterData(native, spec, queue.settle))
    this.#factors.set(this.#waiting.length, passes)
    this.#waiting.push({
      batch,
      drawn: this.#uploadDrawn(step),
      outputs,
      takeBack: () => this.#takeBack(passes),
    })
    if (!goesOn) this.#variables.takeOver()
    return this.#handOut(
      outputs.map((data) => data.toTensor()),
      passes,
    )
  }

  computeWaiting(): number {
    const steps = this.#waiting
    this.#waiting = []
    if (steps.length === 0) return 0
    this.#sizes.note(steps.length)
    let numComputed = 0
    while (numComputed < steps.length) {
      const call = steps.slice(numComputed, numComputed + this.#sizes.of(steps.length - numComputed))
      const numMade = this.#computeCall(call)
      numComputed += numMade
      if (numMade < call.length) break
      this.#factors.shift(call.length)
    }
    const takenBack = steps.slice(numComputed).reverse()
    for (const step of takenBack) step.takeBack()
    return takenBack.length
  }

  /** Lets averages follow the variables, as those are now. @param share of the difference; undefined where none move */
  followAverages(share: number | undefined): void {
    if (!this.#averages.follows(share)) return
    this.queue.settle()
    this.#variables.bringIn()
    this.#averages.follow(share)
  }

  /** Variables keep their values. */
  dispose(): void {
    this.#averages.dispose()
    this.#variables.dispose()
    this.#session.dispose()
  }

  /** @returns how many were computed */
  #computeCall(steps: readonly WaitingStep[]): number {
    const made = this.#tryToCompute(steps)
    const numMade = typeof made === 'number' ? made : steps.length
    const values = typeof made === 'number' ? this.#keptOutputs(made) : made
    const each = this.#outputs.length
    steps.slice(0, numMade).forEach(({ outputs }, step) => {
      outputs.forEach((output, index) => {
        const value = values[step * each + index]
        if (value !== undefined) output.fill(value)
      })
    })
    return numMade
  }

  #tryToCompute(steps: readonly WaitingStep[]): NativeTensor[] | number {
    try {
      return this.#compute(steps)
    } catch (error) {
      const where =
        steps.length === 1 ? '' : ` in a call of ${steps.length} steps, of which some may be written`
      this.#failure = new Error(`TensorFlow failed${where}: ${reasonOf(error)}`, { cause: error })
      return 0
    }
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  /** What the first steps of a run have handed out, before a later one failed. */
  #keptOutputs(numSteps: number): NativeTensor[] {
    const names = Array.from({ length: numSteps }, (_, step) =>
      this.#outputs.map((_output, index) => keptOutputName(step, index)),
    ).flat()
    return names.length === 0 ? [] : this.#session.run([], '', names.join())
  }

  /** @returns what the steps hand out, one after the other; or the number of the step that a check has ended */
  #compute(steps: readonly Pick<WaitingStep, 'batch' | 'drawn'>[]): NativeTensor[] | number {
    const { native } = this
    const ids: number[] = []
    const uploads: number[] = []
    try {
      for (const { batch, drawn } of steps) {
        for (const tensor of batch) ids.push(idOf(native, tensor))
        ids.push(...drawn)
        uploads.push(...drawn)
      }
      const { values } = this.#factors
      if (values.length > 0) {
        const factors = native.binding.createTensor([values.length], float32, values)
        ids.push(factors)
        uploads.push(factors)
      }
      const { feeds, fetches } = this.#namesOf(steps.length)
      const [done, ...made] = this.#session.run(ids, feeds, fetches)
      if (done !== undefined) native.binding.deleteTensor(done.id)
      this.largestCall = Math.max(this.largestCall, steps.length)
      return made
    } catch (error) {
      const failed = failedStep(error, this.#checks)
      if (failed === undefined) throw error
      return failed
    } finally {
      for (const id of uploads) native.binding.deleteTensor(id)
    }
  }

  #namesOf(numSteps: number): CallNames {
    const known = this.#names.get(numSteps)
    if (known !== undefined) return known
    const names = callNames(numSteps, this.#feeds, this.#fetches, this.#factors.values.length > 0)
    this.#names.set(numSteps, names)
    return names
  }

  /** Draws what the step would draw, with the same numbers. */
  #uploadDrawn(step: AnyStep<Outputs>): number[] {
    const { nodes, drawn } = this.recording
    if (drawn.length === 0) return []
    const random = step.random()
    const seeds = Array.from({ length: this.#numSeeds }, random)
    return drawn.flatMap(({ index, seedIndex, distribution }) => {
      const [node, seed] = [nodes[index], seeds[seedIndex]]
      if (node?.kind !== 'const' || seed === undefined) return []
      return this.native.binding.createTensor(
        node.shape,
        float32,
        draw(distribution, seed, node.values.length),
      )
    })
  }

  #handOut(made: readonly Tensor[], passes: readonly PlannedPass[]): Outputs {
    const { recording } = this
    const tensors = made.values()
    // It has the form of what the step returned when it was recorded.
    const outputs = filled(recording.outputs, tensors) as Outputs
    for (const { optimizer, names, logValues } of recording.passes) {
      const pass = passes[optimizer]
      const taken: Record<string, Tensor> = {}
      for (const name in logValues) {
        const next = tensors.next()
        if (next.done !== true) taken[name] = next.value
      }
      pass?.optimWrapper.commitPass(pass.plan, { names, logValues: taken })
    }
    return outputs
  }

  #takeBack(passes: readonly PlannedPass[]): void {
    for (const { optimizer, names } of this.recording.passes.toReversed()) {
      const pass = passes[optimizer]
      pass?.optimWrapper.revertPass(pass.plan, { names })
    }
  }
}
