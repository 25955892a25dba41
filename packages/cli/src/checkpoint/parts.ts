import { type Fields, isPlainObject } from '../config/plain-object.js'

/** How checkpoints of hookloop name their format. */
const formatPrefix = 'hookloop-checkpoint-'

/** The metadata of a checkpoint, taken apart; files of other programs have none of it. */
export interface CheckpointParts {
  readonly format: string | undefined
  readonly checksum: string | undefined
  readonly isOurs: boolean
  readonly meta: Fields
  /** Where training stood. */
  readonly loop: Fields
  /** Everything that is stored as JSON, by name: `meta`, `loop`, `param_schedulers`, … */
  readonly json: Fields
}

export function partsOf(metadata: Readonly<Record<string, string>>): CheckpointParts {
  const { format, checksum, ...texts } = metadata
  const json = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parsed(text)]))
  return {
    ...{ format, checksum, json },
    isOurs: format?.startsWith(formatPrefix) === true,
    meta: fieldsOf(json.meta),
    loop: fieldsOf(json.loop),
  }
}

/** Names and versions of the packages that trained a checkpoint. */
export function packagesOf({ meta }: CheckpointParts): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(meta.packages))
  return Object.fromEntries(entries.map(([name, version]) => [name, String(version)]))
}

/** Metadata of other programs need not be JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function fieldsOf(value: unknown): Fields {
  return isPlainObject(value) ? value : {}
}
