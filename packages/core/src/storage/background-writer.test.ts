import { describe, expect, it } from 'vitest'
import { HookloopError } from '../errors/hookloop-error.js'
import { BackgroundWriter } from './background-writer.js'
import { MemoryStorage } from './memory-storage.js'

/** Counts appends, and refuses those to `full`. */
class CountingStorage extends MemoryStorage {
  appends = 0

  override async append(path: string, content: string | Uint8Array): Promise<void> {
    this.appends += 1
    if (path === 'full') throw new HookloopError('HL_STORAGE_WRITE', 'no space is left')
    await super.append(path, content)
  }
}

const textOf = async (storage: MemoryStorage, path: string) =>
  new TextDecoder().decode(await storage.read(path))

describe('BackgroundWriter', () => {
  it('keeps the order, mixes text and bytes, and joins what comes in one moment', async () => {
    const storage = new CountingStorage()
    const writer = new BackgroundWriter(storage)
    for (let line = 0; line < 100; line++)
      writer.append('log', line % 2 === 0 ? `${line}\n` : Uint8Array.of(45))
    writer.append('other', 'x')
    await writer.flush()
    expect(storage.appends).toBe(2)
    expect(await textOf(storage, 'log')).toBe(
      Array.from({ length: 100 }, (_, line) => (line % 2 === 0 ? `${line}\n` : '-')).join(''),
    )
    expect(await textOf(storage, 'other')).toBe('x')
  })

  it('writes whole files between appends', async () => {
    const storage = new MemoryStorage()
    const writer = new BackgroundWriter(storage)
    writer.append('a', 'old')
    writer.write('a', 'new')
    writer.append('b', '1')
    await writer.flush()
    writer.append('a', '!')
    await writer.flush()
    expect(await textOf(storage, 'a')).toBe('new!')
    expect(await textOf(storage, 'b')).toBe('1')
  })

  it('tells a failure at the next flush, once, and goes on with other files', async () => {
    const storage = new CountingStorage()
    const writer = new BackgroundWriter(storage)
    writer.append('full', 'x')
    writer.append('log', 'y')
    await expect(writer.flush()).rejects.toThrow(/no space is left/)
    expect(await textOf(storage, 'log')).toBe('y')
    await expect(writer.flush()).resolves.toBeUndefined()
  })
})
