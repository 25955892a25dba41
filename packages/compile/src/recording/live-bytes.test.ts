import { describe, expect, it } from 'vitest'
import { LiveBytes } from './live-bytes.js'

describe('LiveBytes', () => {
  it('tells what was there at once, not what came in all', () => {
    const live = new LiveBytes()
    live.add(1, 100)
    live.add(2, 50)
    live.remove(1)
    live.add(3, 80)
    expect(live.peak()).toBe(150)
  })

  it('counts memory that tensors share once, as long as one of them is there', () => {
    const live = new LiveBytes()
    live.add(1, 100)
    live.share(2, 1)
    live.remove(1)
    live.add(3, 10)
    live.remove(2)
    live.add(4, 20)
    expect(live.peak()).toBe(110)
  })

  it('leaves out what takes the place of something else, and what it does not know', () => {
    const live = new LiveBytes()
    live.add(1, 100)
    live.add(2, 10)
    live.share(3, 77)
    live.remove(77)
    expect(live.peak([1, 99])).toBe(10)
  })
})
