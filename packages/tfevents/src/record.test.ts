import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRecords } from '../test/read-records.js'
import { encodeRecord } from './record.js'

describe('encodeRecord', () => {
  it('frames what a reader of the format gets back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (payloads) => {
        expect(readRecords(Buffer.concat(payloads.map(encodeRecord)))).toEqual(payloads.map(asBuffer))
      }),
    )
  })

  it('writes the bytes that the format prescribes', () => {
    // What Python's tensorboard.summary.writer.record_writer.RecordWriter makes of b''.
    expect(Buffer.from(encodeRecord(new Uint8Array(0))).toString('hex')).toBe(
      '0000000000000000' + '29039807' + 'd8ea82a2',
    )
  })

  it('takes a view into a larger buffer', () => {
    const view = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4)
    expect([...encodeRecord(view)]).toEqual([...encodeRecord(Uint8Array.of(1, 2, 3))])
  })
})

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}
