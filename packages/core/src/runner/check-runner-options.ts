import { DataLoader } from '../data/data-loader.js'
import type { ConfigIssue } from '../errors/config-error.js'
import { ConfigError } from '../errors/config-error.js'
import { hasCode } from '../errors/hookloop-error.js'
import { defaultHookSlots } from '../hook/default-hooks.js'
import { type Priority, priorityNumber } from '../hook/priority.js'
import { findIssues, joinPath } from '../registry/check-options.js'
import { didYouMean } from '../registry/nearest.js'
import {
  datasetRegistry,
  hookRegistry,
  loopRegistry,
  metricRegistry,
  modelRegistry,
  optimizerRegistry,
  optimWrapperRegistry,
  paramSchedulerRegistry,
  samplerRegistry,
} from '../registry/registries.js'
import type { RegistrationDetails, Registry } from '../registry/registry.js'
import { isTypedConfig } from './build.js'
import { isHook } from './build-hooks.js'
import { dataLoaderSchema, runnerSchema } from './option-schema.js'
import type { RunnerOptions } from './options.js'

type Fields = Readonly<Record<string, unknown>>
// biome-ignore lint/suspicious/noExplicitAny: registries differ in what they build; only their names and schemas matter here
type AnyRegistry = Registry<any, any, any>

/**
 * Checks everything that a Runner is told before anything is built.
 * @throws `HL_CONFIG` that lists all mistakes with their places
 */
export function checkRunnerOptions(options: unknown): asserts options is RunnerOptions {
  const issues = findIssues('', runnerSchema, options)
  if (isFields(options)) {
    issues.push(
      ...groupIssues(options),
      ...modelIssues(options.model),
      ...['trainDataloader', 'valDataloader', 'testDataloader'].flatMap((key) =>
        loaderIssues(key, options[key]),
      ),
      ...trainCfgIssues(options.trainCfg),
      ...optimIssues(options.optimWrapper),
      ...schedulerIssues(options.paramScheduler),
      ...['valEvaluator', 'testEvaluator'].flatMap((key) => listIssues(key, options[key], metricRegistry)),
      ...defaultHookIssues(options.defaultHooks),
      ...customHookIssues(options.customHooks),
    )
  }
  if (issues.length > 0) throw new ConfigError(issues)
}

function groupIssues(options: Fields): ConfigIssue[] {
  const issues: ConfigIssue[] = []
  const require = (group: readonly string[]) => {
    const given = group.filter((key) => options[key] !== undefined)
    if (given.length === 0) return
    for (const key of group) {
      if (given.includes(key)) continue
      issues.push({
        path: key,
        code: 'HL_CONFIG_MISSING',
        message: `is missing, but ${given.join(' and ')} is there; they belong together`,
      })
    }
  }
  require(['trainDataloader', 'trainCfg', 'optimWrapper'])
  require(['valDataloader', 'valEvaluator'])
  require(['testDataloader', 'testEvaluator'])
  if (options.paramScheduler !== undefined && options.optimWrapper === undefined) {
    issues.push({
      path: 'optimWrapper',
      code: 'HL_CONFIG_MISSING',
      message: 'is missing, but paramScheduler is there and needs it',
    })
  }
  return issues
}

function modelIssues(model: unknown): ConfigIssue[] {
  return isTypedConfig(model) ? typedIssues('model', model, modelRegistry) : []
}

function loaderIssues(path: string, loader: unknown): ConfigIssue[] {
  if (loader === undefined || loader instanceof DataLoader) return []
  const issues = findIssues(path, dataLoaderSchema, loader)
  if (!isFields(loader)) return issues
  if (isTypedConfig(loader.dataset))
    issues.push(...typedIssues(`${path}.dataset`, loader.dataset, datasetRegistry))
  if (isTypedConfig(loader.sampler))
    issues.push(...typedIssues(`${path}.sampler`, loader.sampler, samplerRegistry))
  return issues
}

function trainCfgIssues(config: unknown): ConfigIssue[] {
  if (!isFields(config)) return []
  const { type, byEpoch, ...options } = config
  if (type !== undefined && byEpoch !== undefined) {
    return [
      { path: 'trainCfg', code: 'HL_CONFIG_VALUE', message: 'has both type and byEpoch; give one of them' },
    ]
  }
  const name = type ?? (byEpoch === false ? 'IterBasedTrainLoop' : 'EpochBasedTrainLoop')
  if (typeof name !== 'string')
    return [{ path: 'trainCfg.type', code: 'HL_CONFIG_VALUE', message: 'must be the name of a loop' }]
  return typedIssues('trainCfg', { ...options, type: name }, loopRegistry)
}

function optimIssues(config: unknown): ConfigIssue[] {
  if (!isTypedConfig(config)) return missingType('optimWrapper', config, optimWrapperRegistry)
  const issues = typedIssues('optimWrapper', config, optimWrapperRegistry)
  const optimizer: unknown = Reflect.get(config, 'optimizer')
  if (isTypedConfig(optimizer))
    issues.push(...typedIssues('optimWrapper.optimizer', optimizer, optimizerRegistry))
  return issues
}

function schedulerIssues(config: unknown): ConfigIssue[] {
  if (isFields(config) && !isTypedConfig(config) && isPlain(config) && !Array.isArray(config)) {
    return Object.entries(config).flatMap(([name, list]) =>
      listIssues(`paramScheduler.${name}`, list, paramSchedulerRegistry),
    )
  }
  return listIssues('paramScheduler', config, paramSchedulerRegistry)
}

function listIssues(path: string, config: unknown, registry: AnyRegistry): ConfigIssue[] {
  if (Array.isArray(config))
    return config.flatMap((entry, index) => entryIssues(`${path}[${index}]`, entry, registry))
  return config === undefined ? [] : entryIssues(path, config, registry)
}

function entryIssues(path: string, entry: unknown, registry: AnyRegistry): ConfigIssue[] {
  return isTypedConfig(entry) ? typedIssues(path, entry, registry) : missingType(path, entry, registry)
}

function defaultHookIssues(config: unknown): ConfigIssue[] {
  if (!isFields(config)) return []
  return Object.entries(config).flatMap(([slot, value]) => slotIssues(slot, value))
}

function slotIssues(slot: string, value: unknown): ConfigIssue[] {
  const path = joinPath('defaultHooks', slot)
  const isKnown = defaultHookSlots.some((known) => known === slot)
  if (isTypedConfig(value)) return hookIssues(path, value)
  if (!isKnown) {
    const hint = didYouMean(slot, defaultHookSlots) || `Slots are ${defaultHookSlots.join(', ')}`
    return [
      {
        path,
        code: 'HL_CONFIG_UNKNOWN_KEY',
        message: `is not a default hook. ${hint}; other hooks belong into customHooks`,
      },
    ]
  }
  if (value === null || isHook(value)) return []
  const registration = [...hookRegistry.entries()].find(({ details }) => details.slot === slot)
  if (registration === undefined) {
    const home = `@hookloop/hook-${slotPackages[slot] ?? slot}`
    return [
      {
        path,
        code: 'HL_CONFIG_UNKNOWN_TYPE',
        message: `no hook for this slot is imported. Run \`npm install ${home}\` and add \`import '${home}'\``,
      },
    ]
  }
  return isFields(value) ? hookIssues(path, { ...value, type: registration.type }) : [wrongHook(path)]
}

const slotPackages: Readonly<Record<string, string>> = {
  runtimeInfo: 'runtime-info',
  timer: 'iter-timer',
  samplerSeed: 'dist-sampler-seed',
  paramScheduler: 'param-scheduler',
}

function customHookIssues(config: unknown): ConfigIssue[] {
  if (!Array.isArray(config)) return []
  return config.flatMap((entry, index) => {
    const path = `customHooks[${index}]`
    if (isTypedConfig(entry)) return hookIssues(path, entry)
    return isHook(entry) ? [] : [wrongHook(path)]
  })
}

function wrongHook(path: string): ConfigIssue {
  return { path, code: 'HL_CONFIG_VALUE', message: "must be a hook or a config such as { type: 'EMAHook' }" }
}

function hookIssues(path: string, config: { readonly type: string }): ConfigIssue[] {
  const { priority, before, after, ...rest } = {
    priority: undefined,
    before: undefined,
    after: undefined,
    ...config,
  }
  const issues = typedIssues(path, rest, hookRegistry)
  if (priority !== undefined) issues.push(...priorityIssues(`${path}.priority`, priority))
  for (const [key, value] of Object.entries({ before, after })) {
    if (value !== undefined && typeof value !== 'string') {
      issues.push({ path: `${path}.${key}`, code: 'HL_CONFIG_VALUE', message: 'must be the name of a hook' })
    }
  }
  return issues
}

function priorityIssues(path: string, priority: Priority): ConfigIssue[] {
  try {
    priorityNumber(priority)
    return []
  } catch (error) {
    return hasCode(error) ? [{ path, code: error.code, message: error.message }] : []
  }
}

function typedIssues<Details extends RegistrationDetails>(
  path: string,
  config: { readonly type: string },
  registry: Registry<never, never, Details> | AnyRegistry,
): ConfigIssue[] {
  const { type, ...options } = config
  const registration = registry.find(type)
  if (registration === undefined) {
    return [{ path: `${path}.type`, code: 'HL_CONFIG_UNKNOWN_TYPE', message: registry.explainUnknown(type) }]
  }
  const schema = registration.details.options
  return schema === undefined ? [] : findIssues(path, schema, options)
}

function missingType(path: string, value: unknown, registry: AnyRegistry): ConfigIssue[] {
  if (value === undefined || (isFields(value) && !isPlain(value))) return []
  const message = `must have a type, such as { type: '${registry.names()[0] ?? 'Name'}' }, or be a built ${registry.kind}`
  return [{ path, code: 'HL_CONFIG_MISSING', message }]
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}
