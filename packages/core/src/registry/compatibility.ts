import { HookloopError } from '../errors/hookloop-error.js'
import { packageInfo as core } from '../package-info.js'
import type { PackageInfo } from './package-info.js'

/**
 * The version of the contract between hooks and core. It grows only when hooks that were written for the
 * previous one would break; core's own version may grow without it.
 */
export const hookApiVersion = 1

/** Hook API versions that this core can run. */
const supportedHookApis: readonly number[] = [1]

type CoreCopy = Pick<PackageInfo, 'version' | 'url'>

// A symbol of the global registry is the same for every copy of core in a process, a class is not.
const brand = Symbol.for('@hookloop/core')
const firstCopy = claimBrand()

function claimBrand(): CoreCopy {
  const present: CoreCopy | undefined = Reflect.get(globalThis, brand)
  if (present !== undefined) return present
  Reflect.set(globalThis, brand, core)
  return core
}

/**
 * Checks that a package may register a class with this core.
 * @throws `HL_REGISTRATION` when the name, the class or the package info is none
 * @throws `HL_CORE_TWICE` when this is a second copy of core in the process
 * @throws `HL_HOOK_API` when the package was written for a hook API that this core does not know
 */
export function checkPackage(type: string, Class: unknown, info: PackageInfo): void {
  if (type === '' || typeof Class !== 'function' || typeof info?.name !== 'string') throw notRegistrable(type)
  if (firstCopy.url !== core.url) throw twoCopies(info)
  if (supportedHookApis.includes(info.hookApi)) return
  const newer = info.hookApi > hookApiVersion
  throw new HookloopError(
    'HL_HOOK_API',
    `${label(info)} was written for hook API ${info.hookApi}, but @hookloop/core ${core.version} (${core.url}) ` +
      `offers hook API ${supportedHookApis.join(', ')}. ` +
      (newer
        ? 'Update core: npm install @hookloop/core@latest'
        : `Update the package: npm install ${info.name}@latest`),
  )
}

function notRegistrable(type: string): HookloopError {
  return new HookloopError(
    'HL_REGISTRATION',
    `'${type}' cannot be registered: it takes a name, a class, and who registers it, such as ` +
      "{ name: 'my-hook', version: '1.0.0', url: import.meta.url, hookApi: 1 }",
  )
}

function twoCopies(info: PackageInfo): HookloopError {
  return new HookloopError(
    'HL_CORE_TWICE',
    `${label(info)} found a second copy of @hookloop/core: version ${firstCopy.version} at ${firstCopy.url} was ` +
      `loaded first, version ${core.version} at ${core.url} second, and what registers with one is unknown to ` +
      'the other. Keep one: run `npm ls @hookloop/core`, align the versions, then `npm dedupe` (or `pnpm dedupe`)',
  )
}

function label(info: PackageInfo): string {
  return `${info.name} ${info.version} (${info.url})`
}
