import { Hook, HookloopError, type HookPlacement, hookRegistry } from '@hookloop/core'
import type { HookClass, HookMaker } from './options.js'

/** A new hook and where a config wants it. */
export interface MadeHook {
  readonly hook: Hook
  readonly placement: HookPlacement
}

/** What makes a new hook for each run. @throws `HL_CONTRACT_HOOK` for what makes none, or the same one again */
export function hookMaker<Options>(
  make: HookMaker<Options>,
  hookOptions: Options | undefined,
): () => MadeHook {
  const made = new Set<Hook>()
  return () => {
    const { hook, placement } = madeBy(make, hookOptions)
    if (made.has(hook)) {
      throw wrongMaker(
        'the function that was given to expectHookContract returned the same hook twice; make a new one at each call, such as ' +
          '() => new MyHook()',
      )
    }
    made.add(hook)
    return { hook, placement }
  }
}

/** The name under which messages speak of the hook. */
export function hookName(hook: Hook): string {
  return hookRegistry.nameOf(hook) || 'the hook'
}

function madeBy<Options>(make: HookMaker<Options>, hookOptions: Options | undefined): MadeHook {
  if (isClass<Options>(make))
    return asHook(Reflect.construct(make, hookOptions === undefined ? [] : [hookOptions]))
  return asHook(typeof make === 'function' ? make() : make)
}

/** A config as it looks where nobody knows which hooks are installed. */
type AnyHookConfig = { readonly type: string } & HookPlacement

function asHook(given: unknown): MadeHook {
  if (typeof given === 'object' && given !== null) {
    if (isConfig(given)) return built(given)
    if (isHook(given)) return { hook: given, placement: {} }
  }
  const found = given instanceof Promise ? 'a promise' : typeof given
  throw wrongMaker(
    `expectHookContract wants a class of hooks, a function that returns a new hook, or a config with a type, but got ${found}`,
  )
}

function built({ priority, before, after, ...config }: AnyHookConfig): MadeHook {
  return {
    hook: hookRegistry.build(config),
    placement: {
      ...(priority === undefined ? {} : { priority }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  }
}

// Any object with a priority will do: a hook may come from another copy of core.
function isHook(given: object): given is Hook {
  return 'priority' in given
}

function isConfig(given: object): given is AnyHookConfig {
  return 'type' in given && typeof given.type === 'string'
}

// A class of another copy of core is a class of hooks too.
function isClass<Options>(make: HookMaker<Options>): make is HookClass<Options> {
  if (typeof make !== 'function') return false
  return make.prototype instanceof Hook || /^class\b/.test(Function.prototype.toString.call(make))
}

function wrongMaker(message: string): HookloopError {
  return new HookloopError('HL_CONTRACT_HOOK', message)
}
