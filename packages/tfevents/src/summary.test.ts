import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pngFixture } from '../test/fixture.js'
import { bytesAt, readEvent, readFields } from '../test/read-event.js'
import { thrownCode } from '../test/thrown-code.js'
import { histogramEvent } from './histogram-event.js'
import { imageEvent } from './image-event.js'
import { scalarEvent } from './scalar-event.js'
import { textEvent } from './text-event.js'

const anyTag = fc.string({ unit: 'binary', minLength: 1 })

function readTag(record: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesAt(readEvent(record), 5, 1, 1))
}

describe('a summary', () => {
  it('keeps every tag', () => {
    fc.assert(
      fc.property(anyTag, (tag) => {
        expect(readTag(scalarEvent({ tag, value: 1, step: 0 }))).toBe(tag)
        expect(readTag(textEvent({ tag, text: '', step: 0 }))).toBe(tag)
        expect(readTag(histogramEvent({ tag, values: [1], step: 0 }))).toBe(tag)
        expect(readTag(imageEvent({ tag, png: pngFixture('rgb'), step: 0 }))).toBe(tag)
      }),
    )
  })

  it.each(['', '\ud800', 'a\udc00', JSON.parse('7'), JSON.parse('null'), JSON.parse('{}')])(
    'refuses the tag %j',
    (tag) => {
      expect(thrownCode(() => scalarEvent({ tag, value: 1, step: 0 }))).toBe('HL_TFEVENTS_TAG')
      expect(thrownCode(() => textEvent({ tag, text: '', step: 0 }))).toBe('HL_TFEVENTS_TAG')
      expect(thrownCode(() => histogramEvent({ tag, values: [1], step: 0 }))).toBe('HL_TFEVENTS_TAG')
      expect(thrownCode(() => imageEvent({ tag, png: pngFixture('rgb'), step: 0 }))).toBe('HL_TFEVENTS_TAG')
    },
  )
})

describe('scalarEvent', () => {
  it('keeps every value as a 32-bit float', () => {
    fc.assert(
      fc.property(fc.oneof(fc.float(), fc.double()), (value) => {
        const fields = readFields(bytesAt(readEvent(scalarEvent({ tag: 'a', value, step: 0 })), 5, 1))
        expect(fields.get(2)).toEqual([Math.fround(value)])
      }),
    )
  })

  it('refuses what is no number', () => {
    const call = () => scalarEvent({ tag: 'loss', step: 0, ...JSON.parse('{"value":"0.5"}') })
    expect(thrownCode(call)).toBe('HL_TFEVENTS_VALUE')
    expect(call).toThrow('The scalar "loss" is "0.5"; a scalar is a number')
  })
})

describe('textEvent', () => {
  it('keeps every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = bytesAt(readEvent(textEvent({ tag: 'a', text, step: 0 })), 5, 1, 8, 8)
        expect(Buffer.from(bytes).toString()).toBe(text)
      }),
    )
  })

  it('refuses what UTF-8 cannot hold, and what is no text', () => {
    expect(thrownCode(() => textEvent({ tag: 'a', text: '\ud800', step: 0 }))).toBe('HL_TFEVENTS_TEXT')
    expect(thrownCode(() => textEvent({ tag: 'a', step: 0, ...JSON.parse('{"text":1}') }))).toBe(
      'HL_TFEVENTS_TEXT',
    )
  })
})
