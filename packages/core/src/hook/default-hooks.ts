/** The slots that default hooks fill, in the order in which they are registered. */
export const defaultHookSlots = [
  'runtimeInfo',
  'timer',
  'samplerSeed',
  'logger',
  'paramScheduler',
  'checkpoint',
] as const

/** One of the slots of default hooks. */
export type DefaultHookSlot = (typeof defaultHookSlots)[number]
