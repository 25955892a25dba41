import {
  BaseModel,
  type DataBatch,
  type ForwardMode,
  HookloopError,
  type Losses,
  type ModuleInfo,
} from '@hookloop/core'
import { addN, cast, mean, Tensor, type Variable } from '@tensorflow/tfjs-core'
import { LayersModel, type ModelCompileArgs } from '@tensorflow/tfjs-layers'
import { type NamedLayer, nameLayers } from './weight-names.js'

/** How a `tf.LayersModel` is trained. */
export interface LayersModelOptions {
  /** Loss names or functions, as `model.compile` takes them; not needed when the model is compiled already. */
  readonly loss?: ModelCompileArgs['loss']
  /** Metric names or functions that are logged while training, as `model.compile` takes them. */
  readonly metrics?: ModelCompileArgs['metrics']
  /** Fields of the batch that go into the model, in the order of its inputs. Default `inputs`. */
  readonly inputs?: string | readonly string[]
  /** Fields of the batch with the targets, in the order of the model's outputs. Default `labels`. */
  readonly targets?: string | readonly string[]
}

/** A `tf.LayersModel` that a Runner can train. Made by {@link fromLayersModel}. */
export class LayersRunnerModel extends BaseModel {
  readonly #layers: readonly NamedLayer[]
  /** The model that holds losses and metrics: a Sequential compiles a functional model inside. */
  readonly #compiled: LayersModel
  readonly #inputs: readonly string[]
  readonly #targets: readonly string[]

  constructor(
    readonly layersModel: LayersModel,
    options: LayersModelOptions = {},
  ) {
    super()
    this.#layers = nameLayers(layersModel)
    this.#inputs = listOf(options.inputs ?? 'inputs')
    this.#targets = listOf(options.targets ?? 'labels')
    this.#compiled = compileFor(layersModel, options)
    checkCount('inputs', this.#inputs, layersModel.inputs.length)
    checkCount('targets', this.#targets, layersModel.outputs.length)
  }

  /** Losses and metrics for `loss`; otherwise the output of the model, a list where it has several. */
  override forward(batch: DataBatch, mode: ForwardMode): Losses | Tensor | Tensor[] {
    const inputs = this.#inputs.map((field) => tensorIn(batch, field))
    const outputs = tensorsOf(this.layersModel.apply(single(inputs), { training: mode === 'loss' }))
    if (mode !== 'loss') return single(outputs)
    // The losses of tfjs-layers take class numbers as floats only.
    const targets = this.#targets.map((field) => cast(tensorIn(batch, field), 'float32'))
    return { ...this.#losses(targets, outputs), ...this.#metrics(targets, outputs) }
  }

  override parameters(): Readonly<Record<string, Variable>> {
    return this.#weights(false)
  }

  override buffers(): Readonly<Record<string, Variable>> {
    return this.#weights(true)
  }

  override modules(): readonly ModuleInfo[] {
    return this.#layers.map(({ path, className, weights }) => ({
      path,
      type: className,
      role: roleOf(className),
      parameters: weights.filter(({ isBuffer }) => !isBuffer).map(({ name }) => name),
    }))
  }

  override dispose(): void {
    this.layersModel.dispose()
  }

  #weights(buffers: boolean): Record<string, Variable> {
    const weights: Record<string, Variable> = {}
    for (const layer of this.#layers) {
      for (const { name, variable, isBuffer } of layer.weights) {
        if (isBuffer === buffers) weights[`${layer.path}.${name}`] = variable
      }
    }
    return weights
  }

  // One output without regularizers logs as `loss`; several parts log under their own names, summed to `loss`.
  #losses(targets: readonly Tensor[], outputs: readonly Tensor[]): Losses {
    const { lossFunctions, outputNames } = this.#compiled
    const values = outputs.map((output, index) => {
      const [target, lossFunction] = [targets[index], lossFunctions[index]]
      if (target === undefined || lossFunction === undefined) throw withoutLoss()
      return [`${outputNames[index]}_loss`, mean(lossFunction(target, output))] as const
    })
    const penalties = this.#compiled.calculateLosses()
    const [first] = values
    if (values.length === 1 && penalties.length === 0 && first !== undefined) return { loss: first[1] }
    return {
      ...Object.fromEntries(values),
      ...(penalties.length === 0 ? {} : { penalty_loss: addN(penalties) }),
    }
  }

  #metrics(targets: readonly Tensor[], outputs: readonly Tensor[]): Losses {
    const { metricsTensors, metricsNames } = this.#compiled
    // Names begin with `loss` and, where there are several outputs, with one loss per output.
    const names = metricsNames.slice(metricsNames.length - metricsTensors.length)
    const values: Losses = {}
    metricsTensors.forEach(([metric, index], place) => {
      const [target, output, name] = [targets[index], outputs[index], names[place]]
      if (target !== undefined && output !== undefined && name !== undefined && !name.includes('loss')) {
        values[name] = mean(metric(target, output))
      }
    })
    return values
  }
}

/**
 * Makes a `tf.LayersModel`, sequential or functional, a model for a Runner.
 *
 * ```ts
 * const model = fromLayersModel(tf.sequential({ layers }), { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
 * ```
 * The Runner trains the very weights of `model`: afterwards `model.predict` and `model.save` work as always.
 * @throws `HL_LAYERS_LOSS` when neither the options nor an earlier `compile` name a loss
 */
export function fromLayersModel(model: LayersModel, options: LayersModelOptions = {}): LayersRunnerModel {
  return new LayersRunnerModel(model, options)
}

function compileFor(model: LayersModel, { loss, metrics }: LayersModelOptions): LayersModel {
  if (loss === undefined) {
    if (model.loss === undefined) throw withoutLoss()
    keepFrozen(model)
    return innerModel(model)
  }
  // Only the losses and metrics of `compile` are used; updates are the business of the optimizer wrapper.
  model.compile({ optimizer: model.optimizer ?? 'sgd', loss, ...(metrics === undefined ? {} : { metrics }) })
  keepFrozen(model)
  return innerModel(model)
}

// `compile` of a Sequential makes every weight trainable again, whatever its layer says.
function keepFrozen(model: LayersModel): void {
  for (const layer of model.layers) {
    if (layer instanceof LayersModel) keepFrozen(layer)
    else if (!layer.trainable) for (const weight of layer.weights) weight.trainable = false
  }
}

function innerModel(model: LayersModel): LayersModel {
  const inner: unknown = 'model' in model ? model.model : undefined
  return inner instanceof LayersModel ? inner : model
}

function withoutLoss(): HookloopError {
  return new HookloopError(
    'HL_LAYERS_LOSS',
    "the LayersModel has no loss; name one: fromLayersModel(model, { loss: 'sparseCategoricalCrossentropy' }), or compile the model",
  )
}

function checkCount(what: string, fields: readonly string[], wanted: number): void {
  if (fields.length === wanted) return
  throw new HookloopError(
    'HL_LAYERS_FIELDS',
    `the LayersModel has ${wanted} ${what}, but ${fields.length} fields of the batch are named for them: ${fields.join(', ')}. ` +
      `Set the option ${what} of fromLayersModel`,
  )
}

function tensorIn(batch: DataBatch, field: string): Tensor {
  const value = batch[field]
  if (value instanceof Tensor) return value
  throw new HookloopError(
    'HL_LAYERS_FIELDS',
    `the batch has no tensor in the field '${field}'; it has ${Object.keys(batch).join(', ')}. ` +
      'Set the options inputs and targets of fromLayersModel',
  )
}

function tensorsOf(outputs: unknown): Tensor[] {
  return (Array.isArray(outputs) ? outputs : [outputs]).filter((output) => output instanceof Tensor)
}

function single(tensors: Tensor[]): Tensor | Tensor[] {
  const [first] = tensors
  return tensors.length === 1 && first !== undefined ? first : tensors
}

function listOf(fields: string | readonly string[]): readonly string[] {
  return typeof fields === 'string' ? [fields] : fields
}

function roleOf(className: string): ModuleInfo['role'] {
  if (className === 'BatchNormalization' || className === 'LayerNormalization') return 'norm'
  return className === 'DepthwiseConv2D' ? 'depthwiseConv' : undefined
}
