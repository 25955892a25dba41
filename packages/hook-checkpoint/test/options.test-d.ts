import type { DefaultHooksConfig, HookConfig } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import '../src/index.js'

it('offers the options of the hook in its slot, with or without its name', () => {
  const bySlot: DefaultHooksConfig = {
    checkpoint: { interval: 5, saveBest: 'acc', rule: 'greater', priority: 'LOW' },
  }
  const byName: DefaultHooksConfig = { checkpoint: { type: 'CheckpointHook', interval: 5 } }
  const none: DefaultHooksConfig = { checkpoint: null }
  expectTypeOf([bySlot, byName, none]).toExtend<DefaultHooksConfig[]>()
  // @ts-expect-error: an unknown option
  const unknownOption: DefaultHooksConfig = { checkpoint: { maxKeep: 2 } }
  // @ts-expect-error: an unknown option of the named hook
  const unknownOfNamed: HookConfig = { type: 'CheckpointHook', maxKeep: 2 }
  // @ts-expect-error: a rule that there is not
  const unknownRule: DefaultHooksConfig = { checkpoint: { saveBest: 'acc', rule: 'max' } }
  expectTypeOf([unknownOption, unknownOfNamed, unknownRule]).toBeArray()
})
