import validatePackageName from 'validate-npm-package-name'
import { CreateHookError } from './create-hook-error.js'

/** What a new hook is called in its different places. */
export interface HookNames {
  /** On npm, with its scope: `@me/my-hook`. */
  readonly packageName: string
  /** Without its scope: `my-hook`. */
  readonly folder: string
  /** Name of the class, and `type` in configs: `MyHook`. */
  readonly className: string
}

/** With more, lines of the code would be longer than its formatter allows. */
const mostLetters = 29

/**
 * Names for `name`, such as `my-hook`, `hook-ema` or `@me/gradient-statistics`.
 * @param scope with or without `@`; must agree with that of `name` where both are there
 * @throws `HL_CREATE_NAME` for what npm does not take, and for what no name of a class can be made of
 */
export function hookNames(name: string, scope?: string): HookNames {
  const packageName = scope === undefined ? name : scoped(name, scope)
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(packageName)
  if (!validForNewPackages) throw refusal(packageName, [...errors, ...warnings].join('; '))
  const folder = packageName.replace(/^@[^/]*\//, '')
  return { packageName, folder, className: classNameOf(folder) }
}

function scoped(name: string, scope: string): string {
  const wanted = `@${scope.replace(/^@/, '')}/`
  if (!name.startsWith('@')) return `${wanted}${name}`
  if (name.startsWith(wanted)) return name
  throw refusal(name, `it has another scope than --scope ${scope}; give one of them`)
}

function classNameOf(folder: string): string {
  const words = folder.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '')
  const own = words.filter((word) => !['hook', 'hookloop'].includes(word.toLowerCase()))
  const className = `${own.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}Hook`
  if (own.length === 0) throw refusal(folder, 'it needs a word that says what the hook does')
  if (/^\d/.test(className))
    throw refusal(folder, `the class would be ${className}, and no class begins with a digit`)
  if (className.length > mostLetters)
    throw refusal(
      folder,
      `the class would be ${className}, of ${className.length} letters; ${mostLetters} at most`,
    )
  return className
}

function refusal(name: string, reason: string): CreateHookError {
  return new CreateHookError(
    'HL_CREATE_NAME',
    `'${name}' is no name for a hook package: ${reason}. Small letters, digits and dashes will do, such as my-hook`,
  )
}
