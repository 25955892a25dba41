import { type Fields, isPlainObject } from './plain-object.js'

/** How `--cfg-options` are named among files. */
export const overridesName = '--cfg-options'

/** Options that stayed in an object although a file made it another type: the trap of merged configs. */
export interface Leftover {
  /** Such as `optimWrapper.optimizer`. */
  readonly path: string
  readonly typeBefore: string
  readonly type: string
  readonly options: readonly string[]
  /** The file, or `--cfg-options`. */
  readonly by: string
}

/** What of a config stayed where another one on top of it changed a `type`. */
export function leftovers(before: Fields, after: Fields, by: string, around = ''): Leftover[] {
  return Object.entries(after).flatMap(([key, value]) => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (!isPlainObject(value) || !isPlainObject(old)) return []
    const path = around === '' ? key : `${around}.${key}`
    return [...ofOne(old, value, path, by), ...leftovers(old, value, by, path)]
  })
}

function ofOne(before: Fields, after: Fields, path: string, by: string): Leftover[] {
  const { type: typeBefore } = before
  const { type } = after
  if (typeof typeBefore !== 'string' || typeof type !== 'string' || typeBefore === type) return []
  const options = Object.keys(after).filter((key) => Object.hasOwn(before, key) && before[key] === after[key])
  return options.length === 0 ? [] : [{ path, typeBefore, type, options, by }]
}

/** What a message about options that are not known should add, line by line. */
export function leftoverHints(found: readonly Leftover[], message: string): string[] {
  return found
    .filter(({ path, options }) => options.some((option) => message.includes(`${path}.${option}: `)))
    .map((leftover) => `  ${describe(leftover)}`)
}

function describe({ path, typeBefore, type, options, by }: Leftover): string {
  const remedy =
    by === overridesName
      ? `set the whole object, as in ${path}='{"type":"${type}"}'`
      : 'write _delete_: true beside the type to leave out what was there'
  return `${path} was of type ${typeBefore}; ${by} made it ${type}, and it kept ${options.join(', ')}: ${remedy}`
}
