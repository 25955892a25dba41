import { describe, expect, expectTypeOf, it } from 'vitest'
import { HookDispatcher } from '../hook/dispatcher.js'
import { Hook } from '../hook/hook.js'
import type { Runner } from '../runner/runner.js'
import type { EventListeners } from './hook-events.js'

declare module './hook-events.js' {
  interface HookEvents {
    weightsSwapped: [averaged: boolean, names: readonly string[]]
  }
}

describe('events', () => {
  it('are typed by what packages declare', () => {
    type Emit = Runner['emit']
    expectTypeOf<Emit>().toBeCallableWith('weightsSwapped', true, ['a'])
    const listeners: EventListeners = {
      weightsSwapped: (_runner, averaged, names) => {
        expectTypeOf(averaged).toEqualTypeOf<boolean>()
        expectTypeOf(names).toEqualTypeOf<readonly string[]>()
      },
    }
    // @ts-expect-error nobody declared this event
    const unknown: EventListeners = { weightsLost: () => undefined }
    // @ts-expect-error the first argument is a boolean
    const mistyped: EventListeners = { weightsSwapped: (_runner, averaged: string) => void averaged }
    expect([listeners, unknown, mistyped]).toHaveLength(3)
  })

  it('are built once from what hooks listen to', () => {
    let asked = 0
    class Listening extends Hook {
      override events(): EventListeners {
        asked += 1
        return { weightsSwapped: () => undefined }
      }
    }
    const dispatcher = new HookDispatcher(() => ({ epoch: 0, iter: 0 }))
    dispatcher.add({
      hook: new Listening(),
      name: 'Listening',
      key: 'Listening',
      priority: 50,
      packageName: undefined,
      before: undefined,
      after: undefined,
    })
    expect(asked).toBe(1)
  })
})
