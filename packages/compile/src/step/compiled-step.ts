import type { KeptAverage } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DerivedFactor } from '../lowering/fused-updates.js'
import { drawUniform } from '../recording/random-values.js'
import type { Recording, TensorSpec } from '../recording/recording.js'
import { filled } from '../recording/template.js'
import { GraphSession } from '../tensorflow/graph-session.js'
import { idOf, type NativeBackend, type NativeTensor } from '../tensorflow/native-backend.js'
import type { AnyStep } from './any-step.js'
import type { PlannedPass } from './planned-pass.js'
import { graphOfAverages, SessionAverages } from './session-averages.js'
import { SessionVariables } from './session-variables.js'
import { nodeNames, notFinite, outputSources, stepGraph } from './step-graph.js'

/** TensorFlow's number of the type of factors. */
const float32 = 1

/** A step that TensorFlow runs in one call. */
export class CompiledStep<Outputs> {
  /** Milliseconds that making and loading the graph took. */
  readonly loadMs: number
  readonly operations: number
  readonly #session: GraphSession
  readonly #variables: SessionVariables
  readonly #averages: SessionAverages
  readonly #derived: readonly DerivedFactor[]
  readonly #factors: Float32Array
  readonly #numSeeds: number
  readonly #feeds: string
  readonly #fetches: string

  /**
   * @param batch shapes and types of the batch's tensors
   * @param passes of all optimizers, as they were when the step was recorded
   * @param averages that follow variables
   * @throws what TensorFlow says of a graph that it does not take
   */
  constructor(
    private readonly native: NativeBackend,
    readonly recording: Recording,
    batch: readonly TensorSpec[],
    passes: readonly PlannedPass[],
    averages: readonly KeptAverage[],
  ) {
    const begin = performance.now()
    const guardedPasses = recording.passes.flatMap(({ optimizer }, index) =>
      passes[optimizer]?.plan.needsFiniteLoss === true ? [index] : [],
    )
    const variables = recording.variables.map(({ shape, dataId }) => ({
      shape,
      dtype: native.tensorMap.get(dataId).dtype,
    }))
    const numFactors = passes.reduce((sum, { plan }) => sum + plan.factors.length, 0)
    const { nodes, derived } = stepGraph({ recording, batch, variables, numFactors, guardedPasses })
    this.#derived = derived
    const averageGraph = graphOfAverages(native, recording.variables, averages)
    this.#session = new GraphSession(native.binding, [...nodes, ...averageGraph.nodes])
    this.#averages = new SessionAverages(native, this.#session, averageGraph)
    this.#variables = new SessionVariables(native, this.#session, recording.variables, [
      ...recording.written.keys(),
    ])
    const feeds = batch.map((_, index) => nodeNames.batch(index))
    this.#factors = new Float32Array(numFactors + derived.length)
    if (this.#factors.length > 0) feeds.push(nodeNames.factors)
    feeds.push(...recording.uniforms.map(({ index }) => nodeNames.recorded(index)))
    this.#numSeeds = Math.max(0, ...recording.uniforms.map(({ seedIndex }) => seedIndex + 1))
    this.#feeds = feeds.join()
    this.#fetches = [
      nodeNames.done,
      ...outputSources(recording).map((_, index) => nodeNames.output(index)),
    ].join()
    this.operations = recording.nodes.filter(({ kind }) => kind === 'op').length
    this.loadMs = performance.now() - begin
  }

  /** False once something is gone that the graph holds as a constant. */
  get isValid(): boolean {
    return this.recording.captured.every((dataId) => this.native.tensorMap.has(dataId))
  }

  /**
   * Runs the step and counts its passes.
   * @returns undefined where a loss is not finite: nothing was changed then
   */
  run(
    batch: readonly Tensor[],
    passes: readonly PlannedPass[],
    step: AnyStep<Outputs>,
  ): { readonly outputs: Outputs } | undefined {
    this.#variables.bringIn()
    const made = this.#compute(batch, [...this.#uploadFactors(passes), ...this.#uploadUniforms(step)])
    if (made === undefined) return undefined
    this.#variables.takeOver()
    return { outputs: this.#handOut(made, passes) }
  }

  /** Lets averages follow the variables, as those are now. @param share of the difference; undefined where none move */
  followAverages(share: number | undefined): void {
    if (!this.#averages.follows(share)) return
    this.#variables.bringIn()
    this.#averages.follow(share)
  }

  /** Variables keep their values. */
  dispose(): void {
    this.#averages.dispose()
    this.#variables.dispose()
    this.#session.dispose()
  }

  /** @param uploads made for this run, which frees them */
  #compute(batch: readonly Tensor[], uploads: readonly number[]): NativeTensor[] | undefined {
    const { native } = this
    try {
      const ids = batch.map((tensor) => idOf(native, tensor))
      return this.#session.run([...ids, ...uploads], this.#feeds, this.#fetches)
    } catch (error) {
      if (error instanceof Error && error.message.includes(notFinite)) return undefined
      throw error
    } finally {
      for (const id of uploads) native.binding.deleteTensor(id)
    }
  }

  #uploadFactors(passes: readonly PlannedPass[]): number[] {
    const values = this.#factors
    if (values.length === 0) return []
    const planned =
      passes.length === 1 && passes[0] ? passes[0].plan.factors : passes.flatMap(({ plan }) => plan.factors)
    values.set(planned)
    this.#derived.forEach((derive, index) => {
      values[planned.length + index] = derive(planned)
    })
    return [this.native.binding.createTensor([values.length], float32, values)]
  }

  /** Draws what the step would draw, with the same numbers. */
  #uploadUniforms(step: AnyStep<Outputs>): number[] {
    const { nodes, uniforms } = this.recording
    if (uniforms.length === 0) return []
    const random = step.random()
    const seeds = Array.from({ length: this.#numSeeds }, random)
    return uniforms.flatMap(({ index, seedIndex }) => {
      const [node, seed] = [nodes[index], seeds[seedIndex]]
      if (node?.kind !== 'const' || seed === undefined) return []
      return this.native.binding.createTensor(node.shape, float32, drawUniform(seed, node.values.length))
    })
  }

  #handOut([done, ...made]: readonly NativeTensor[], passes: readonly PlannedPass[]): Outputs {
    const { native, recording } = this
    if (done !== undefined) native.binding.deleteTensor(done.id)
    const tensors = made.map((one) => native.createOutputTensor(one)).values()
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
}
