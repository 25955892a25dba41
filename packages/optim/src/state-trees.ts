import type { ParamGroup, StateTree, StateValue } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** True for a record of a stored state, as opposed to lists, arrays, tensors and plain values. */
export function isTree(value: StateValue): value is StateTree {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Tensor)
  )
}

/** A group as a checkpoint holds it: names of parameters, and settings that are numbers, strings, booleans and lists of them. */
export function settingsOf({ params, ...settings }: ParamGroup): StateTree {
  const storable: StateTree = { params: params.map(({ name }) => name) }
  for (const [name, value] of Object.entries(settings)) if (isPlain(value)) storable[name] = copied(value)
  return storable
}

type Plain = number | string | boolean | readonly Plain[]

function isPlain(value: unknown): value is Plain {
  return (
    ['number', 'string', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every(isPlain))
  )
}

// The groups go on changing while a checkpoint is being written.
function copied(value: Plain): Plain {
  return typeof value === 'object' ? value.map(copied) : value
}
