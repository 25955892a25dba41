import type { Hparam } from '@hookloop/tfevents'

/** Longer texts, such as a list of all classes, are nothing to compare runs by. */
const longestText = 100

/**
 * Numbers, short texts and booleans of a config by their paths, such as `optimWrapper.optimizer.lr`. Lists of
 * values become texts, such as `[8,11]`.
 * @param text the config as JSON; of other text there are none
 */
export function hparamsOf(text: string): Record<string, Hparam> {
  return Object.fromEntries(hparamsIn(parsed(text), ''))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function hparamsIn(value: unknown, path: string): [string, Hparam][] {
  if (Array.isArray(value)) {
    if (!value.some(isObject)) return hparam(path, JSON.stringify(value))
    return value.flatMap((item, index) => hparamsIn(item, `${path}[${index}]`))
  }
  if (isObject(value)) {
    const prefix = path === '' ? '' : `${path}.`
    return Object.entries(value).flatMap(([name, item]) => hparamsIn(item, `${prefix}${name}`))
  }
  return hparam(path, value)
}

function hparam(path: string, value: unknown): [string, Hparam][] {
  return path !== '' && isWellFormed(path) && isHparam(value) ? [[path, value]] : []
}

function isHparam(value: unknown): value is Hparam {
  if (typeof value === 'string') return value.length <= longestText && isWellFormed(value)
  return typeof value === 'boolean' || Number.isFinite(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether it holds no half of a surrogate pair. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
