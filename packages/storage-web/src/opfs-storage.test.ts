import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { openTabs, type Tab, type Tabs } from '../test/tabs.js'
import { OpfsStorage } from './opfs-storage.js'

/** A window or a worker. */
interface Place {
  evaluate<Result>(action: () => Result | Promise<Result>): Promise<Result>
}

let tabs: Tabs | { readonly reason: string }
let tab: Tab
beforeAll(async () => {
  tabs = await openTabs()
  if ('open' in tabs) tab = await tabs.open()
})
afterAll(async () => {
  if ('close' in tabs) await tabs.close()
})

function needBrowser({ skip }: TestContext): Tabs {
  return 'reason' in tabs ? skip(tabs.reason) : tabs
}

describe.each(['window', 'worker'] as const)('OpfsStorage in a %s', (place) => {
  let here: Place
  beforeEach(async (context) => {
    needBrowser(context)
    here = tab[place]
    await here.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
    })
  })

  it('shows a file only once it is committed, whole', async () => {
    const seen = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      const file = await storage.create('/deep/folder/file')
      await file.write(Uint8Array.of(1, 2))
      const before = [await storage.exists('deep/folder/file'), ...(await storage.list('deep/folder'))]
      await file.write(Uint8Array.of(3))
      await file.commit()
      return {
        before,
        bytes: [...(await storage.read('deep//x/../folder/file'))],
        after: await storage.list('/deep/folder'),
      }
    })
    expect(seen).toEqual({ before: [false], bytes: [1, 2, 3], after: ['file'] })
  })

  it('replaces a file by a shorter one, and leaves it when a write is given up', async () => {
    const seen = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      const texts: string[] = []
      for (const text of ['the first text', 'second']) {
        const file = await storage.create('file')
        await file.write(new TextEncoder().encode(text))
        await file.commit()
        texts.push(await inPage.readText('file'))
      }
      const file = await storage.create('file')
      await file.write(Uint8Array.of(1))
      await file.abort()
      return [...texts, await inPage.readText('file'), ...(await storage.list(''))]
    })
    expect(seen).toEqual(['the first text', 'second', 'second', 'file'])
  })

  it('keeps the order of what is appended, text and bytes', async () => {
    const text = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          storage.append(
            'logs/run.log',
            index % 2 === 0 ? `${index} é\n` : new TextEncoder().encode(`${index}\n`),
          ),
        ),
      )
      return inPage.readText('/logs/run.log')
    })
    expect(text).toBe(
      Array.from({ length: 20 }, (_, index) => `${index}${index % 2 === 0 ? ' é' : ''}\n`).join(''),
    )
  })

  it('lists files, not folders, and removes what is there', async () => {
    const seen = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      await storage.makeFolder('run/logs')
      await storage.append('run/a', '1')
      await storage.append('run/b', '2')
      await storage.remove('run/a')
      await storage.remove('run/a')
      await storage.remove('nowhere/a')
      return [await storage.list('run'), await storage.list('nowhere'), await storage.exists('run/logs')]
    })
    expect(seen).toEqual([['b'], [], false])
  })

  it('says what cannot be read or written, and what to do', async () => {
    const [missing, below, folder, name] = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      await storage.append('plain', '1')
      await storage.makeFolder('folder')
      return [
        await inPage.outcomeOf(storage.read('none')),
        await inPage.outcomeOf(storage.makeFolder('plain/sub')),
        await inPage.outcomeOf(storage.append('folder', 'x')),
        await inPage.outcomeOf(storage.create('back\\slash')),
      ]
    })
    expect(missing).toMatch(/none cannot be read.*there is no such file.*HL_STORAGE_READ/)
    expect(below).toMatch(/plain\/sub cannot be written.*a file where a folder should be.*HL_STORAGE_WRITE/)
    expect(folder).toMatch(/folder cannot be written.*a folder is where a file should be.*HL_STORAGE_WRITE/)
    expect(name).toMatch(/back\\slash cannot be written.*Every name.*HL_STORAGE_WRITE/)
  })

  it('says that there is no room, and leaves the old file', async (context) => {
    const session = await needBrowser(context).context.newCDPSession(tab.window)
    const origin = new URL(tab.window.url()).origin
    try {
      await here.evaluate(() => new inPage.OpfsStorage().append('file', 'old'))
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 })
      const message = await here.evaluate(async () => {
        const write = async () => {
          const file = await new inPage.OpfsStorage().create('file')
          try {
            await file.write(new Uint8Array(5_000_000))
            await file.commit()
          } catch (error) {
            await file.abort()
            throw error
          }
        }
        return inPage.outcomeOf(write())
      })
      expect(message).toMatch(
        /file cannot be written.*there is no room, the site uses .* MB of .* MB.*HL_STORAGE_WRITE/,
      )
    } finally {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
      await session.detach()
    }
    expect(await here.evaluate(() => inPage.readText('file'))).toBe('old')
    expect(await here.evaluate(() => new inPage.OpfsStorage().list(''))).toEqual(['file'])
  })

  it('replaces files safely in a browser that cannot move them', async () => {
    const seen = await here.evaluate(async () => {
      const { move } = FileSystemFileHandle.prototype as { move?: unknown }
      Reflect.deleteProperty(FileSystemFileHandle.prototype, 'move')
      try {
        const storage = new inPage.OpfsStorage()
        const seen: unknown[] = []
        for (const text of ['the first text', 'second']) {
          const file = await storage.create('file')
          await file.write(new TextEncoder().encode(text))
          seen.push(await storage.list(''))
          await file.commit()
          seen.push(await inPage.readText('file'))
        }
        // What a kill in the middle of the first commit leaves.
        const root = await navigator.storage.getDirectory()
        await root.getFileHandle('empty', { create: true })
        return [...seen, await storage.exists('empty'), await storage.list('')]
      } finally {
        Object.defineProperty(FileSystemFileHandle.prototype, 'move', { value: move, configurable: true })
      }
    })
    expect(seen).toEqual([[], 'the first text', ['file'], 'second', false, ['file']])
  })

  it('says where the browser has no private files', async () => {
    const messages = await here.evaluate(async () => {
      const getDirectory = Object.getOwnPropertyDescriptor(StorageManager.prototype, 'getDirectory') ?? {}
      const replace = (value: unknown) =>
        Object.defineProperty(StorageManager.prototype, 'getDirectory', { value, configurable: true })
      try {
        replace(async () => Promise.reject(new DOMException('Security error', 'SecurityError')))
        const refused = await inPage.outcomeOf(new inPage.OpfsStorage().makeFolder('run'))
        replace(undefined)
        return [refused, await inPage.outcomeOf(new inPage.OpfsStorage().read('run'))]
      } finally {
        Object.defineProperty(StorageManager.prototype, 'getDirectory', getDirectory)
      }
    })
    expect(messages[0]).toMatch(
      /refuses it \(Security error\).*private windows.*MemoryStorage.*HL_STORAGE_UNAVAILABLE/,
    )
    expect(messages[1]).toMatch(/too old.*HL_STORAGE_UNAVAILABLE/)
  })
})

describe('OpfsStorage in several tabs', () => {
  it('tells the second tab that a folder is taken, until the first one is gone', async (context) => {
    const other = await needBrowser(context).open()
    const claim = () =>
      other.worker.evaluate(async () => {
        const claim = await new inPage.OpfsStorage().claim('work_dirs/digits')
        return 'holder' in claim ? claim.holder : 'mine'
      })
    expect(await claim()).toBe('mine')
    const mine = () =>
      tab.window.evaluate(async () => {
        const claim = await new inPage.OpfsStorage().claim('/work_dirs/./digits')
        if ('holder' in claim) return claim.holder
        await claim.release()
        return 'mine'
      })
    expect(await claim()).toContain('another Runner')
    expect(await mine()).toContain('another tab')
    await other.window.close()
    await expect.poll(mine).toBe('mine')
    expect(await mine()).toBe('mine')
  })

  it('leaves the old or the new file when a worker is killed while it writes, and sweeps up', async (context) => {
    const other = await needBrowser(context).open()
    for (let kill = 0; kill < 6; kill++) {
      const started = other.window.waitForEvent('worker')
      await other.window.evaluate(() =>
        Object.assign(globalThis, { killed: new Worker('/in-page.js', { type: 'module' }) }),
      )
      const worker = await started
      while (!(await worker.evaluate(() => 'inPage' in globalThis)));
      await worker.evaluate(async (value) => {
        const storage = new inPage.OpfsStorage()
        const writeWhole = async (round: number) => {
          const file = await storage.create('kill/file')
          for (let part = 0; part < 20; part++) await file.write(new Uint8Array(100_000).fill(round))
          await file.commit()
        }
        await writeWhole(value)
        const writeOn = async () => {
          for (let round = value; ; round++) await writeWhole(1 + (round % 250))
        }
        void writeOn()
      }, 1 + kill)
      await other.window.evaluate(() => {
        const { killed } = globalThis as { killed?: Worker }
        killed?.terminate()
      })
      const values = await tab.window.evaluate(async () => {
        const bytes = await new inPage.OpfsStorage().read('kill/file')
        return [bytes.length, new Set(bytes).size]
      })
      expect(values).toEqual([2_000_000, 1])
    }
    await other.window.close()
    const left = () =>
      tab.window.evaluate(async () => {
        const file = await new inPage.OpfsStorage().create('kill/other')
        await file.commit()
        const names: string[] = []
        const root = await navigator.storage.getDirectory()
        for await (const name of (await root.getDirectoryHandle('kill')).keys()) names.push(name)
        return names.sort()
      })
    await expect.poll(left).toEqual(['file', 'other'])
  })
})

describe('OpfsStorage outside of a browser', () => {
  it('says that there is none', async () => {
    await expect(new OpfsStorage().makeFolder('run')).rejects.toMatchObject({
      code: 'HL_STORAGE_UNAVAILABLE',
    })
  })
})
