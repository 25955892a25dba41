import { Hook, hookRegistry, type StateTree } from '@hookloop/core'
import { getBackend } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { expectHookContract, type HookMaker } from '../src/index.js'

class Steps extends Hook {
  constructor(readonly options: { readonly size: number }) {
    super()
  }
  total = 0
  override afterTrainIter() {
    this.total += this.options.size
  }
  override stateDict(): StateTree {
    return { total: this.total }
  }
  override loadStateDict({ total }: StateTree) {
    this.total = Number(total ?? 0)
  }
}

class Forgets extends Hook {
  count = 0
  override afterTrainIter() {
    this.count += 1
  }
}

hookRegistry.register('Steps', Steps, {
  name: 'steps',
  version: '1.0.0',
  url: import.meta.url,
  hookApi: 1,
})

it('takes a class with options, a function, and the config of a registered hook', async () => {
  await expectHookContract(Steps, { hookOptions: { size: 2 } })
  await expectHookContract(() => new Steps({ size: 3 }))
  const config: object = { type: 'Steps', size: 1, priority: 'LOW' }
  // Only packages that declare their hooks have configs that TypeScript knows.
  await expectHookContract(config as HookMaker<never>)
})

it('leaves out what a hook need not pass, with a reason', async () => {
  await expectHookContract(Forgets, { leaveOut: { resume: 'it counts for this process alone' } })
  await expect(expectHookContract(Forgets, { leaveOut: { resume: ' ' } })).rejects.toThrow(/must say why/)
  const misspelt: object = { resumes: 'why' }
  await expect(expectHookContract(Forgets, { leaveOut: misspelt })).rejects.toThrow(/Did you mean 'resume'\?/)
})

it('says how a hook is to be given', async () => {
  const hook = new Forgets()
  await expect(expectHookContract(() => hook)).rejects.toThrow(/the same hook twice/)
  const nothing: () => never = () => undefined as never
  await expect(expectHookContract(nothing)).rejects.toThrow('HL_CONTRACT_HOOK')
})

it('takes turns, and leaves everything as it was', async () => {
  const { Date: date, setTimeout: timer } = globalThis
  const listeners = process.listeners('unhandledRejection')
  const [first, second] = await Promise.allSettled([expectHookContract(Forgets), expectHookContract(Forgets)])
  expect(first.status).toBe('rejected')
  expect(second).toEqual(first)
  expect(globalThis.Date).toBe(date)
  expect(globalThis.setTimeout).toBe(timer)
  expect(process.listeners('unhandledRejection')).toEqual(listeners)
  expect(getBackend()).toBe('cpu')
})
