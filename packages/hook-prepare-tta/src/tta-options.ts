import { didYouMean, findIssues } from '@hookloop/core'
import * as v from 'valibot'
import { type AugmentationEntry, augmentationRegistry } from './augmentation.js'

/** What every TTA model is told. */
export interface TTAOptions {
  /** The views of each batch, one after the other; at least one. The batch as it is counts as `'Identity'`. */
  readonly augmentations: readonly AugmentationEntry[]
  /** Field of the batch with the images `[batch, height, width, channels]`, for registered augmentations. Default `inputs`. */
  readonly inputs?: string
}

/** How `ClassificationTTA` sees and merges. */
export interface ClassificationTTAOptions extends TTAOptions {
  /** The mean of the scores, or the votes of the views where the mean settles ties. Default `average`. */
  readonly merge?: 'average' | 'vote'
  /** Field or fields with the scores, where predictions are a record. Default `scores`. */
  readonly scores?: string | readonly string[]
  /** The scores are logits: makes probabilities of them before they are merged. Default false. */
  readonly fromLogits?: boolean
}

const example = "such as ['Identity', 'HorizontalFlip']"
const field = (name: string) => {
  const message = `must be the name of a field, such as '${name}'`
  return v.pipe(v.string(message), v.nonEmpty(message))
}

const baseEntries = {
  augmentations: v.pipe(
    v.array(
      v.pipe(v.unknown(), v.check(isEntry, entryMessage)),
      `must be a list of augmentations, ${example}`,
    ),
    v.minLength(1, `must hold at least one augmentation, ${example}`),
  ),
  inputs: v.optional(field('inputs')),
}

export const baseTTASchema = v.strictObject(baseEntries)

const scoresMessage = "must be the name of a field of the predictions, or a list of names, such as 'scores'"

export const classificationTTASchema = v.strictObject({
  ...baseEntries,
  merge: v.optional(v.picklist(['average', 'vote'], "must be 'average' or 'vote'")),
  scores: v.optional(
    v.union(
      [field('scores'), v.pipe(v.array(field('scores')), v.minLength(1, scoresMessage))],
      scoresMessage,
    ),
  ),
  fromLogits: v.optional(v.boolean('must be true or false')),
})

// Configs with a type are checked by the registry of augmentations.
function isEntry(entry: unknown): boolean {
  if (typeof entry !== 'string') return typeof entry === 'function' || typeIn(entry) !== undefined
  const registration = augmentationRegistry.find(entry)
  return registration !== undefined && !needsOptions(entry)
}

function needsOptions(name: string): boolean {
  const schema = augmentationRegistry.find(name)?.details.options
  return schema !== undefined && findIssues(name, schema, {}).length > 0
}

function typeIn(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('type' in entry)) return undefined
  return typeof entry.type === 'string' ? entry.type : undefined
}

function entryMessage({ input }: { input: unknown }): string {
  const names = augmentationRegistry.names()
  if (typeof input === 'string' && names.includes(input))
    return `must be a config, since ${input} needs options, such as { type: '${input}', … }`
  const hint = typeof input === 'string' ? didYouMean(input, names) : ''
  return `must be a function batch => batch, a registered augmentation or its config. ${hint || `Registered: ${names.join(', ')}`}`
}
