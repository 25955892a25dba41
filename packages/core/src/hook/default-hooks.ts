/** The slots that default hooks fill, in the order in which they are registered. */
export const defaultHookSlots = [
  'runtimeInfo',
  'timer',
  'samplerSeed',
  'logger',
  'paramScheduler',
  'checkpoint',
] as const

export type DefaultHookSlot = (typeof defaultHookSlots)[number]
