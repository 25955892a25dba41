import { Tensor } from '@tensorflow/tfjs-core'
import type { Source } from './recording.js'

/** Where a tensor stands in what a step returns. */
export class TensorPlace {
  constructor(readonly source: Source) {}
}

/** What a step returns, with places for its tensors: they are other ones each time, all else is the same. */
export type Template = TensorPlace | Primitive | readonly Template[] | { readonly [key: string]: Template }

type Primitive = number | string | boolean | null | undefined

/** What a step returned that is neither a tensor nor a list, record or simple value. */
export class Unrepeatable extends Error {}

/** @throws Unrepeatable */
export function templateOf(value: unknown, sourceOf: (tensor: Tensor) => Source): Template {
  if (value instanceof Tensor) return new TensorPlace(sourceOf(value))
  if (Array.isArray(value)) return value.map((item) => templateOf(item, sourceOf))
  if (isPrimitive(value)) return value
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    throw new Unrepeatable('the step returns something else than tensors, numbers, lists and records')
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templateOf(item, sourceOf)]))
}

/** The sources of all places, in the order in which {@link filled} takes tensors. */
export function sourcesIn(template: Template): Source[] {
  if (template instanceof TensorPlace) return [template.source]
  if (typeof template !== 'object' || template === null) return []
  return Object.values(template).flatMap(sourcesIn)
}

/** The template with tensors in its places. */
export function filled(template: Template, tensors: Iterator<Tensor>): unknown {
  if (template instanceof TensorPlace) return tensors.next().value
  if (Array.isArray(template)) return template.map((item) => filled(item, tensors))
  if (typeof template !== 'object' || template === null) return template
  const record: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(template)) record[key] = filled(item, tensors)
  return record
}

function isPrimitive(value: unknown): value is Primitive {
  return value === null || value === undefined || ['number', 'string', 'boolean'].includes(typeof value)
}
