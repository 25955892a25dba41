import { describe, expect, it } from 'vitest'
import { maskedCrc32c } from './crc32c.js'

/** What stands in RFC 3720, B.4. */
const known: [what: string, bytes: Uint8Array, crc: number][] = [
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['ascending bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['descending bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
]

describe('maskedCrc32c', () => {
  it.each(known)('is that of RFC 3720 for %s, once unmasked', (_what, bytes, crc) => {
    const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0
    expect(((rotated >>> 17) | (rotated << 15)) >>> 0).toBe(crc)
  })
})
