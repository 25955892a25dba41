import { describe, expect, it } from 'vitest'
import { HookError } from '../errors/hook-error.js'
import { HookDispatcher } from './dispatcher.js'
import { Hook, type HookResult } from './hook.js'
import type { HookEntry } from './hook-entry.js'
import type { HookObserver } from './hook-observer.js'

declare module '../events/hook-events.js' {
  interface HookEvents {
    observedEvent: [value: number]
  }
}

/** Writes down what it hears, and what it is told to note. */
class Notes implements HookObserver {
  readonly lines: string[] = []
  endOfPoint: () => HookResult = () => undefined

  beginPoint(point: string) {
    this.lines.push(`${point} {`)
    return () => {
      this.lines.push(`} ${point}`)
      return this.endOfPoint()
    }
  }

  beginHook(point: string, { name }: HookEntry) {
    this.lines.push(`${name} ${point} {`)
    return () => void this.lines.push(`} ${name}`)
  }

  beginUpdate() {
    this.lines.push('update')
  }
}

function entry(name: string, beforeTrain: () => HookResult, extra: Partial<Hook> = {}): HookEntry {
  class Bare extends Hook {
    override beforeTrain() {
      return beforeTrain()
    }
  }
  const hook = Object.assign(new Bare(), extra)
  return {
    hook,
    name,
    key: name,
    priority: 50,
    packageName: undefined,
    before: undefined,
    after: undefined,
  }
}

function dispatcherOf(...entries: readonly HookEntry[]): HookDispatcher {
  const dispatcher = new HookDispatcher(() => ({ epoch: 0, iter: 0 }))
  for (const one of entries) dispatcher.add(one)
  return dispatcher
}

// The hooks here do not look at what they are given.
function fire(dispatcher: HookDispatcher, point: keyof HookDispatcher['fire']): HookResult {
  return Reflect.apply(dispatcher.fire[point], undefined, [])
}

describe('HookDispatcher.observe', () => {
  it('tells of points, with hooks or without, and of each hook', () => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(
      entry('A', () => void notes.lines.push('a')),
      entry('B', () => void notes.lines.push('b')),
    )
    dispatcher.observe(notes)
    expect(fire(dispatcher, 'beforeTrain')).toBeUndefined()
    expect(fire(dispatcher, 'afterValIter')).toBeUndefined()
    dispatcher.beginUpdate()
    expect(notes.lines).toEqual([
      ...['beforeTrain {', 'A beforeTrain {', 'a', '} A', 'B beforeTrain {', 'b', '} B', '} beforeTrain'],
      ...['afterValIter {', '} afterValIter', 'update'],
    ])
  })

  it('gives back the very functions of before, also those of hooks that came meanwhile', () => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(entry('A', () => undefined))
    const plain = dispatcher.fire
    const stop = dispatcher.observe(notes)
    expect(dispatcher.fire.beforeTrain).not.toBe(plain.beforeTrain)
    expect(dispatcher.fire.afterTrain).not.toBe(plain.afterTrain)
    stop()
    expect(dispatcher.fire).toBe(plain)
    const stopAgain = dispatcher.observe(notes)
    dispatcher.add(entry('B', () => void notes.lines.push('b')))
    stopAgain()
    expect(dispatcher.fire.afterTrain).toBe(plain.afterTrain)
    void fire(dispatcher, 'beforeTrain')
    expect(notes.lines).toEqual(['b'])
  })

  it('follows promises to their end', async () => {
    const notes = new Notes()
    const slow = async () => {
      await Promise.resolve()
      notes.lines.push('a resolves')
    }
    const dispatcher = dispatcherOf(
      entry('A', slow),
      entry('B', () => undefined),
    )
    dispatcher.observe(notes)
    const result = fire(dispatcher, 'beforeTrain')
    notes.lines.push('returned')
    await result
    expect(notes.lines).toEqual([
      ...['beforeTrain {', 'A beforeTrain {', 'returned', 'a resolves', '} A'],
      ...['B beforeTrain {', '} B', '} beforeTrain'],
    ])
  })

  it.each([
    ['sync', () => expect.fail('boom')],
    ['async', async () => expect.fail('boom')],
  ])('tells the end of a %s hook that fails, and changes nothing of the failure', async (_kind, fail) => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(
      entry('Bad', fail),
      entry('Good', () => undefined),
    )
    dispatcher.observe(notes)
    notes.endOfPoint = async () => {
      await Promise.resolve()
      notes.lines.push('waited')
      throw new Error('the second failure')
    }
    const error = await Promise.resolve()
      .then(() => fire(dispatcher, 'beforeTrain'))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HookError)
    expect(String(error)).toMatch(/Bad failed in beforeTrain at epoch 0, iteration 0: .*boom/)
    expect(notes.lines).toEqual([
      ...['beforeTrain {', 'Bad beforeTrain {', '} Bad', 'Good beforeTrain {', '} Good', '} beforeTrain'],
      'waited',
    ])
  })

  it('throws at once where a hook failed at once and nothing is to be waited for', () => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(entry('Bad', () => expect.fail('boom')))
    dispatcher.observe(notes)
    expect(() => fire(dispatcher, 'beforeTrain')).toThrow(/Bad failed/)
    expect(notes.lines.at(-1)).toBe('} beforeTrain')
  })

  it('holds the run at the end of a point as long as the observer wants', async () => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(entry('A', () => undefined))
    const stop = dispatcher.observe(notes)
    notes.endOfPoint = async () => {
      stop()
      await Promise.resolve()
      notes.lines.push('reported')
    }
    await fire(dispatcher, 'beforeTrain')
    expect(notes.lines.at(-1)).toBe('reported')
    const heard = notes.lines.length
    expect(fire(dispatcher, 'beforeTrain')).toBeUndefined()
    expect(notes.lines).toHaveLength(heard)
  })

  it('keeps points inside the update synchronous', () => {
    const notes = new Notes()
    const dispatcher = dispatcherOf(entry('A', () => undefined, { afterOptimStep: async () => undefined }))
    dispatcher.observe(notes)
    expect(() => fire(dispatcher, 'afterOptimStep')).toThrow(/A failed.*must be synchronous/)
    expect(notes.lines).toEqual(['afterOptimStep {', 'A afterOptimStep {', '} A', '} afterOptimStep'])
  })

  it('tells several observers, and of events', async () => {
    const [inner, outer] = [new Notes(), new Notes()]
    const events = () => ({
      observedEvent: (_runner: unknown, value: number) => void inner.lines.push(`${value}`),
    })
    const dispatcher = dispatcherOf(entry('A', () => undefined, { events }))
    const stopInner = dispatcher.observe(inner)
    const stopOuter = dispatcher.observe(outer)
    await Reflect.apply(dispatcher.emit, dispatcher, ['observedEvent', undefined, [7]])
    expect(inner.lines).toEqual(['observedEvent {', 'A observedEvent {', '7', '} A', '} observedEvent'])
    expect(outer.lines).toEqual(['observedEvent {', 'A observedEvent {', '} A', '} observedEvent'])
    stopInner()
    stopInner()
    expect(dispatcher.isObserved).toBe(true)
    stopOuter()
    expect(dispatcher.isObserved).toBe(false)
  })

  it('says when hooks or observers come and go', () => {
    let changes = 0
    const dispatcher = new HookDispatcher(
      () => ({ epoch: 0, iter: 0 }),
      () => {
        changes += 1
      },
    )
    dispatcher.add(entry('A', () => undefined))
    const stop = dispatcher.observe(new Notes())
    stop()
    stop()
    expect(changes).toBe(3)
  })
})
