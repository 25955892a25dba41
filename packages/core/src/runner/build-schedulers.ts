import { HookloopError } from '../errors/hookloop-error.js'
import type { HasParamGroups, OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamScheduler, ParamSchedulers, SchedulerContext } from '../optim/param-scheduler.js'
import { paramSchedulerRegistry } from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import type { RunnerOptions } from './options.js'
import { notByName, unknownName } from './scheduler-names.js'

/**
 * The schedulers of the options. Where there are several optimizers, a list is built anew for each of them, and
 * schedulers by name each for the optimizer of that name.
 * @throws `HL_SCHEDULER_NAME` for a name that no optimizer has
 * @throws `HL_SCHEDULER_TYPE` for what is neither a config nor a scheduler, or cannot be built for each optimizer
 */
export function buildParamSchedulers(
  config: RunnerOptions['paramScheduler'],
  optimWrapper: OptimWrapper,
  context: SchedulerContext,
): ParamSchedulers {
  if (config === undefined) return []
  const { wrappers } = optimWrapper
  if (wrappers === undefined) {
    if (isByName(config)) throw nameError(notByName(Object.keys(config)))
    return buildList(config, optimWrapper, context)
  }
  if (!isByName(config)) {
    if (listOf(config).some(isScheduler)) throw madeForOne(Object.keys(wrappers))
    return mapEntries(wrappers, (wrapper) => buildList(config, wrapper, context))
  }
  return mapEntries(config, (entries, name) => {
    const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined
    if (wrapper === undefined) throw nameError(`'${name}' ${unknownName(name, Object.keys(wrappers))}`)
    return buildList(entries, wrapper, context)
  })
}

function buildList(entries: unknown, target: HasParamGroups, context: SchedulerContext): ParamScheduler[] {
  return listOf(entries).map((entry) => {
    if (isTypedConfig(entry)) return paramSchedulerRegistry.build(entry, target, context)
    if (isScheduler(entry)) return entry
    throw new HookloopError('HL_SCHEDULER_TYPE', 'paramScheduler takes configs with a type, or schedulers')
  })
}

function listOf(entries: unknown): readonly unknown[] {
  return Array.isArray(entries) ? entries : [entries]
}

function isByName(
  config: NonNullable<RunnerOptions['paramScheduler']>,
): config is Readonly<Record<string, unknown>> & typeof config {
  return !Array.isArray(config) && !isTypedConfig(config) && !isScheduler(config)
}

function isScheduler(value: unknown): value is ParamScheduler {
  return typeof value === 'object' && value !== null && 'step' in value && typeof value.step === 'function'
}

function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))
}

function nameError(what: string): HookloopError {
  return new HookloopError('HL_SCHEDULER_NAME', `paramScheduler: ${what}`)
}

function madeForOne(names: readonly string[]): HookloopError {
  return new HookloopError(
    'HL_SCHEDULER_TYPE',
    `paramScheduler: a scheduler that is made already drives one optimizer, but there are ${names.join(', ')}; ` +
      `give it under the name of its optimizer, such as { ${names[0]}: [scheduler] }, or give configs`,
  )
}
