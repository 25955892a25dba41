import { addN, keep, mean, type Scalar, Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core'
import type { DataBatch } from '../data/dataset.js'
import { describeTensors, disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import { loadStateDict } from '../state/load-state-dict.js'
import type { StateDict } from '../state/state-tree.js'
import type { LoadReport, Model, ModuleInfo, Predictions, StepOutputs } from './model.js'
import { modulesOf } from './modules-of.js'

/** What `forward` is wanted for: losses to train on, predictions to judge, or raw outputs. */
export type ForwardMode = 'loss' | 'predict' | 'tensor'

/** Losses and other values of a batch; all entries whose name contains `loss` are summed to the total. */
export type Losses = Record<string, Tensor | readonly Tensor[]>

/**
 * A model made from one `forward`. Parameters and buffers are made with {@link BaseModel.addParameter} and
 * {@link BaseModel.addBuffer}.
 *
 * ```ts
 * class Line extends BaseModel {
 *   readonly weight = this.addParameter('weight', tf.zeros([1, 1]))
 *   forward({ x, y }: { x: tf.Tensor2D; y: tf.Tensor2D }, mode: ForwardMode) {
 *     const prediction = tf.matMul(x, this.weight)
 *     return mode === 'loss' ? { loss: tf.losses.meanSquaredError(y, prediction) } : prediction
 *   }
 * }
 * ```
 */
export abstract class BaseModel<Batch extends DataBatch = DataBatch> implements Model {
  readonly #parameters: Record<string, Variable> = {}
  readonly #buffers: Record<string, Variable> = {}
  #training = true

  /**
   * Computes what `mode` asks for; runs inside a tfjs scope.
   * @returns {@link Losses} for `loss`, predictions for `predict`
   */
  abstract forward(batch: Batch, mode: ForwardMode): Losses | Predictions

  /** True while training, false while judging. */
  get isTraining(): boolean {
    return this.#training
  }

  /** @throws `HL_MODEL_TRAIN_STEP` where there are several optimizers: a model with several writes its own */
  trainStep(batch: DataBatch, optimWrapper: OptimWrapper): StepOutputs {
    if (optimWrapper.wrappers !== undefined) throw severalOptimizers(this, Object.keys(optimWrapper.wrappers))
    const outputs: StepOutputs = {}
    const total = this.#update(batch, optimWrapper, outputs)
    // The total comes first; an entry that is itself named `loss` is logged in its place, as in MMEngine.
    if ('loss' in outputs) {
      total.dispose()
      return { loss: outputs.loss ?? 0, ...outputs }
    }
    return { loss: total, ...outputs }
  }

  valStep(batch: DataBatch): Predictions {
    return this.forward(this.asBatch(batch), 'predict')
  }

  testStep(batch: DataBatch): Predictions {
    return this.forward(this.asBatch(batch), 'predict')
  }

  /** Prepares a batch for `forward`, such as scaling pixels; by default it is taken as it is. */
  protected asBatch(batch: DataBatch): Batch
  protected asBatch(batch: DataBatch): DataBatch {
    return batch
  }

  parameters(): Readonly<Record<string, Variable>> {
    return this.#parameters
  }

  buffers(): Readonly<Record<string, Variable>> {
    return this.#buffers
  }

  /** Dots in the names of parameters divide modules: `fc1.weight` and `fc1.bias` belong to the module `fc1`. */
  modules(): readonly ModuleInfo[] {
    return modulesOf(this.constructor.name, Object.keys(this.#parameters))
  }

  stateDict(): StateDict {
    return { ...this.parameters(), ...this.buffers() }
  }

  loadStateDict(state: StateDict, options?: { strict?: boolean }): LoadReport {
    return loadStateDict({ ...this.parameters(), ...this.buffers() }, state, options)
  }

  setTraining(training: boolean): void {
    this.#training = training
  }

  /** Frees all parameters and buffers. */
  dispose(): void {
    for (const owned of [...Object.values(this.#parameters), ...Object.values(this.#buffers)]) owned.dispose()
  }

  /**
   * Makes a trained tensor.
   * @param initial is taken over and disposed
   */
  protected addParameter<T extends Tensor>(
    name: string,
    initial: T,
    trainable = true,
  ): Variable<T['rankType']> {
    return this.#add(this.#parameters, name, initial, trainable)
  }

  /** Makes a tensor that is stored but not trained. `initial` is taken over and disposed. */
  protected addBuffer<T extends Tensor>(name: string, initial: T): Variable<T['rankType']> {
    return this.#add(this.#buffers, name, initial, false)
  }

  /** Keeps the log values beyond the scope of the gradients; where the update fails nobody else frees them. */
  #update(batch: DataBatch, optimWrapper: OptimWrapper, outputs: StepOutputs): Scalar {
    try {
      return optimWrapper.updateParams(() => {
        const losses = checkedLosses(this.forward(this.asBatch(batch), 'loss'))
        const values = Object.entries(losses).map(([name, value]) => [name, totalOf(name, value)] as const)
        for (const [name, value] of values) outputs[name] = keep(value.clone())
        return sumOfLosses(values)
      })
    } catch (error) {
      disposeTensors(outputs)
      throw error
    }
  }

  #add<T extends Tensor>(
    place: Record<string, Variable>,
    name: string,
    initial: T,
    trainable: boolean,
  ): Variable<T['rankType']> {
    if (Object.hasOwn(this.#parameters, name) || Object.hasOwn(this.#buffers, name)) {
      throw new HookloopError(
        'HL_MODEL_NAME',
        `${this.constructor.name} already has a tensor called '${name}'; names must differ`,
      )
    }
    const added = variable<T['rankType']>(initial, trainable)
    initial.dispose()
    place[name] = added
    return added
  }
}

function severalOptimizers(model: object, names: readonly string[]): HookloopError {
  return new HookloopError(
    'HL_MODEL_TRAIN_STEP',
    `trainStep of BaseModel trains with one optimizer, but optimWrapper has several (${names.join(', ')}). Write ` +
      `trainStep(batch, optimWrapper) in ${model.constructor.name}; in it, optimWrapper.get('${names[0]}').updateParams(() => loss) ` +
      'updates one of them, and the values that it returns are logged',
  )
}

function checkedLosses(losses: unknown): Losses {
  if (losses instanceof Promise) {
    losses.catch(() => undefined)
    throw new HookloopError(
      'HL_MODEL_LOSS',
      "forward(batch, 'loss') returned a promise; compute losses synchronously, without async and await",
    )
  }
  const isRecord = typeof losses === 'object' && losses !== null && !('dataId' in losses)
  const names = isRecord ? Object.keys(losses) : []
  if (isRecord && names.some((name) => name.includes('loss'))) return { ...losses }
  throw new HookloopError(
    'HL_MODEL_LOSS',
    `forward(batch, 'loss') must return a record with at least one entry whose name contains 'loss', ` +
      `but returned ${isRecord ? `{ ${names.join(', ')} }` : describeTensors(losses)}`,
  )
}

function totalOf(name: string, value: unknown): Scalar {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value]
  const tensors = parts.filter((part) => part instanceof Tensor)
  if (tensors.length === parts.length && tensors.length > 0)
    return tidy(() => addN(tensors.map((part) => mean<Scalar>(part))))
  throw new HookloopError(
    'HL_MODEL_LOSS',
    `the entry '${name}' of forward(batch, 'loss') must be a tensor or a list of tensors, but is ${describeTensors(value)}`,
  )
}

function sumOfLosses(values: readonly (readonly [string, Scalar])[]): Scalar {
  const losses = values.filter(([name]) => name.includes('loss')).map(([, value]) => value)
  const [first] = losses
  return losses.length === 1 && first !== undefined ? first : addN([...losses])
}
