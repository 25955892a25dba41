import { MessageHub } from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import { numberIn, numbersIn, textIn, withFacts } from './hub-facts.js'

describe('withFacts', () => {
  it('puts facts in before the action, and leaves them', async () => {
    const hub = new MessageHub('test')
    let seen: unknown
    await withFacts(hub, { best_score: 2 }, async () => {
      seen = hub.getInfo('best_score')
    })
    expect(seen).toBe(2)
    expect(hub.getInfo('best_score')).toBe(2)
  })

  it('takes them back when the action fails', async () => {
    const hub = new MessageHub('test')
    hub.updateInfo('best_score', 1)
    const failing = withFacts(hub, { best_score: 2, best_ckpt: 'a' }, () => Promise.reject(new Error('full')))
    await expect(failing).rejects.toThrow('full')
    expect(hub.getInfo('best_score')).toBe(1)
    expect(hub.info.has('best_ckpt')).toBe(false)
  })
})

describe('reading facts', () => {
  it('takes only what has the right type', () => {
    const hub = new MessageHub('test')
    hub.updateInfoDict({ number: 3, text: 'a', list: [1, 'b', 2] })
    expect(numberIn(hub, 'number')).toBe(3)
    expect(numberIn(hub, 'text')).toBeUndefined()
    expect(textIn(hub, 'text')).toBe('a')
    expect(textIn(hub, 'number')).toBeUndefined()
    expect(numbersIn(hub, 'list')).toEqual([1, 2])
    expect(numbersIn(hub, 'absent')).toEqual([])
  })
})
