import { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'

type Layer = LayersModel['layers'][number]
export type LayerWeight = layers.Layer['weights'][number]

/** A layer that owns weights, and the names under which a Runner knows them. */
export interface NamedLayer {
  /** Dotted place in the model, such as `encoder.conv2d1`. */
  readonly path: string
  readonly className: string
  readonly weights: readonly NamedWeight[]
}

export interface NamedWeight {
  /** Such as `kernel`, `bias`, `gamma`, `moving_mean`. */
  readonly name: string
  readonly variable: Variable
  /** Belongs to the state but is never trained, such as a moving average. */
  readonly isBuffer: boolean
}

/**
 * All layers with weights of a model, nested ones included.
 *
 * Layers that got no name from their maker are counted within the model (`dense1`, `dense2`, …): the names that
 * tfjs gives them count all layers of the process, so that the same model built twice would not fit its own
 * checkpoint.
 */
export function nameLayers(model: LayersModel, prefix = ''): NamedLayer[] {
  const counts = new Map<string, number>()
  const seen = new Set<Layer>()
  return model.layers.flatMap((layer) => {
    if (seen.has(layer)) return []
    seen.add(layer)
    const path = prefix + layerName(layer, counts)
    if (isNestedModel(layer)) return nameLayers(layer, `${path}.`)
    const weights = nameWeights(layer)
    return weights.length === 0 ? [] : [{ path, className: layer.getClassName(), weights }]
  })
}

function isNestedModel(layer: Layer): layer is LayersModel {
  return 'layers' in layer && Array.isArray(layer.layers)
}

function layerName(layer: Layer, counts: Map<string, number>): string {
  const className = layer.getClassName()
  const isAutomatic = new RegExp(`(^|_)${className}\\d+$`).test(layer.name)
  if (!isAutomatic) return layer.name
  const count = (counts.get(className) ?? 0) + 1
  counts.set(className, count)
  return `${className.charAt(0).toLowerCase()}${className.slice(1)}${count}`
}

function nameWeights(layer: Layer): NamedWeight[] {
  const taken = new Map<string, number>()
  return layer.weights.map((weight) => {
    const short = weight.originalName.split('/').at(-1) ?? weight.originalName
    const count = (taken.get(short) ?? 0) + 1
    taken.set(short, count)
    return {
      name: count === 1 ? short : `${short}_${count}`,
      variable: variableOf(weight),
      isBuffer:
        short.startsWith('moving_') || (layer.trainable && layer.nonTrainableWeights.includes(weight)),
    }
  })
}

// `read` is declared to give a tensor; what it gives is the variable itself.
function variableOf(weight: LayerWeight): Variable {
  const value = weight.read()
  if (value instanceof Variable) return value
  throw new TypeError(`the weight ${weight.name} of the LayersModel is not a variable`)
}
