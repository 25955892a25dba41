import type { OptimWrapper as CoreOptimWrapper, OptimWrapperConfigs, TypedConfig } from '@hookloop/core'
import * as v from 'valibot'
import { isTypedConfig } from './options.js'

/** The config of one optimizer of several. */
export type WrapperConfig = TypedConfig<Omit<OptimWrapperConfigs, 'OptimWrapperDict'>> & {
  /** First parts of the names of the parameters that it trains. Default: its own name. */
  readonly parameters?: readonly string[]
}

/** One optimizer of several: a config, or a wrapper that is made already. */
export type OptimWrapperDictEntry = WrapperConfig | CoreOptimWrapper

/**
 * Options of {@link OptimWrapperDict}: optimizers by name. Each trains the parameters whose names begin with its own
 * and a dot.
 */
export interface OptimWrapperDictOptions {
  /** Optimizer wrappers by name. (The index must hold the type of the config itself too.) */
  readonly [name: string]: OptimWrapperDictEntry | 'OptimWrapperDict'
}

const entryMessage =
  "must be a config such as { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.001 } }, or an optimizer wrapper"
const emptyMessage =
  "must name its optimizers, such as { generator: { type: 'OptimWrapper', … }, discriminator: { … } }"

export const optimWrapperDictSchema = v.pipe(
  // An object schema of valibot would pass over the key `constructor`, which MMEngine's configs have.
  v.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
    emptyMessage,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    for (const [key, value] of Object.entries(dataset.value)) {
      if (isEntry(value)) continue
      addIssue({
        message: entryMessage,
        path: [{ type: 'object', origin: 'value', input: dataset.value, key, value }],
      })
    }
  }),
)

function isEntry(value: unknown): boolean {
  if (isTypedConfig(value)) return value.type !== 'OptimWrapperDict'
  return isWrapper(value)
}

/** A wrapper by core's contract, as opposed to a config. */
export function isWrapper(value: unknown): value is CoreOptimWrapper {
  return (
    typeof value === 'object' &&
    value !== null &&
    'updateParams' in value &&
    typeof value.updateParams === 'function'
  )
}
