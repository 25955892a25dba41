import type { Core } from '../project/core.js'
import { mergeConfigs } from './merge.js'
import { type Fields, isPlainObject } from './plain-object.js'

const loaders = ['trainDataloader', 'valDataloader', 'testDataloader'] as const

/** A config with what the Runner takes where it says nothing: default hooks, loop, samplers, engine. */
export function withDefaults(config: Fields, core: Core): Fields {
  return {
    ...mergeConfigs({ engine: 'auto', logLevel: 'INFO', resume: false }, config),
    ...samplersOf(config),
    ...loopOf(config.trainCfg),
    defaultHooks: defaultHooks(config.defaultHooks, core),
  }
}

function samplersOf(config: Fields): Fields {
  const present = loaders.flatMap((name) => {
    const loader = config[name]
    return isPlainObject(loader) && loader.sampler === undefined ? [[name, loader] as const] : []
  })
  return Object.fromEntries(
    present.map(([name, loader]) => [
      name,
      { ...loader, sampler: { type: 'DefaultSampler', shuffle: name === 'trainDataloader' } },
    ]),
  )
}

function loopOf(trainCfg: unknown): Fields {
  if (!isPlainObject(trainCfg) || trainCfg.type !== undefined) return {}
  const { byEpoch, ...others } = trainCfg
  const type = byEpoch === false ? 'IterBasedTrainLoop' : 'EpochBasedTrainLoop'
  return { trainCfg: { type, valInterval: byEpoch === false ? 1000 : 1, ...others } }
}

/** Every slot: the hook that fills it with its options, or null. */
function defaultHooks(given: unknown, { defaultHookSlots, hookRegistry }: Core): Fields {
  const wanted: Fields = isPlainObject(given) ? given : {}
  const slots = defaultHookSlots.map((slot) => {
    const own = wanted[slot]
    const registration = [...hookRegistry.entries()].find(({ details }) => details.slot === slot)
    const isReplaced =
      own === null || (own !== undefined && !isPlainObject(own)) || typeof own?.type === 'string'
    if (isReplaced || registration === undefined) return [slot, own ?? null] as const
    return [slot, { type: registration.type, ...registration.details.slotDefaults, ...own }] as const
  })
  return { ...Object.fromEntries(slots), ...others(wanted, defaultHookSlots) }
}

function others(wanted: Fields, slots: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(wanted).filter(([slot]) => !slots.includes(slot)))
}
