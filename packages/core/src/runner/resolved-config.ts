import { defaultHookSlots } from '../hook/default-hooks.js'
import { hookRegistry, optimWrapperRegistry, paramSchedulerRegistry } from '../registry/registries.js'
import type { Catalogue } from '../registry/registry.js'
import { isTypedConfig } from '../registry/typed-config.js'
import { slotConfig } from './build-hooks.js'
import { fieldsOf, isPlain } from './check-typed.js'
import type { RunnerOptions } from './options.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * The config as a run takes it, with the defaults that were filled in; itself a config that gives the same run.
 * @param seed that the run draws its numbers from; undefined before it is drawn
 */
export function resolvedConfig(options: RunnerOptions, seed: number | undefined): Fields {
  const { randomness, trainCfg } = options
  return {
    ...{ resume: false, logLevel: 'INFO', engine: 'auto', handleSignals: true, console: true },
    ...{
      fastDevRun: false,
      sanityVal: 0,
      visualizer: { type: 'Visualizer', visBackends: [{ type: 'LocalVisBackend' }] },
    },
    ...options,
    trainDataloader: loaderConfig(options.trainDataloader, true),
    valDataloader: loaderConfig(options.valDataloader, false),
    testDataloader: loaderConfig(options.testDataloader, false),
    trainCfg: trainCfg && { ...trainDefaults(trainCfg), ...trainCfg },
    defaultHooks: defaultHooksConfig(options.defaultHooks),
    customHooks: options.customHooks?.map((hook) => completed(hook, hookRegistry)) ?? [],
    optimWrapper: completed(options.optimWrapper, optimWrapperRegistry),
    paramScheduler: schedulerConfigs(options.paramScheduler),
    logProcessor: withDefaults(options.logProcessor ?? {}, { windowSize: 10, byEpoch: true, numDigits: 4 }),
    randomness: { diffRankSeed: false, ...randomness, seed },
  }
}

/** Objects that were made by the user stay as they are. */
function withDefaults(given: unknown, defaults: Fields): unknown {
  const fields = fieldsOf(given)
  return fields !== undefined && isPlain(fields) ? { ...defaults, ...fields } : given
}

function loaderConfig(given: unknown, shuffle: boolean): unknown {
  return withDefaults(given, {
    sampler: { type: 'DefaultSampler', shuffle },
    ...{ dropLast: false, prefetch: 1, numWorkers: 0, persistentWorkers: true, timeout: 0 },
  })
}

/** Of our own loops; those of others have theirs. */
function trainDefaults({
  type,
  byEpoch,
}: NonNullable<RunnerOptions['trainCfg']> & { byEpoch?: boolean }): Fields {
  const isOurs = type === undefined || type === 'EpochBasedTrainLoop' || type === 'IterBasedTrainLoop'
  if (!isOurs) return {}
  const valInterval = byEpoch === false || type === 'IterBasedTrainLoop' ? 1000 : 1
  return { valInterval, compile: 'auto', stepsPerCall: 'auto' }
}

function defaultHooksConfig(given: RunnerOptions['defaultHooks']): Fields {
  const slots = defaultHookSlots.map((slot) => {
    const config = slotConfig(slot, fieldsOf(given)?.[slot])
    return [slot, config === undefined ? null : completed(config, hookRegistry)] as const
  })
  return { ...given, ...Object.fromEntries(slots) }
}

/** A config, or a list of them, with the defaults that its package tells, and those of the configs in it. */
function completed(config: unknown, registry: Catalogue): unknown {
  if (Array.isArray(config)) return config.map((one) => completed(one, registry))
  if (!isTypedConfig(config)) return config
  const details = registry.find(config.type)?.details
  const fields = Object.entries({ ...details?.defaults, ...config }).map(([name, value]) => {
    const nested = details?.nested?.(name)
    return [name, nested === undefined ? value : completed(value, nested)] as const
  })
  return Object.fromEntries(fields)
}

/** For one optimizer, or by the names of several. */
function schedulerConfigs(config: unknown): unknown {
  const fields = fieldsOf(config)
  if (fields === undefined || !isPlain(fields) || isTypedConfig(config))
    return completed(config, paramSchedulerRegistry)
  const lists = Object.entries(fields).map(
    ([name, list]) => [name, completed(list, paramSchedulerRegistry)] as const,
  )
  return Object.fromEntries(lists)
}
