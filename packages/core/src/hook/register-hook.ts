import type { PackageInfo } from '../registry/package-info.js'
import { type HookDetails, hookRegistry } from '../registry/registries.js'
import type { Registration } from '../registry/registry.js'
import type { Hook } from './hook.js'

/**
 * Makes a hook known, so that `{ type: name, ...options }` works in configs. Called once by the entry file of
 * a hook package.
 *
 * ```ts
 * registerHook('EMAHook', EMAHook, packageInfo, { options: emaHookSchema })
 * ```
 * @throws `HL_NAME_TAKEN`, `HL_HOOK_API`, `HL_CORE_TWICE`
 */
export function registerHook(
  name: string,
  HookClass: Registration<Hook, [], HookDetails>['Class'],
  packageInfo: PackageInfo,
  details: Partial<HookDetails> = {},
): void {
  hookRegistry.register(name, HookClass, packageInfo, details)
}
