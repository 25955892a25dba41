import { storageContract } from '@hookloop-tests/storage-contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { openTabs, type Tab, type Tabs } from '../test/tabs.js'
import { OpfsStorage } from './opfs-storage.js'

/** A window or a worker. */
interface Place {
  evaluate<Result>(action: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(
    action: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>
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

/** What is half written after the next writer has swept up: a browser may be busy with a writer a moment beyond its end. */
function leftBehind(here: Place): Promise<string[]> {
  return here.evaluate(async () => {
    const file = await new inPage.OpfsStorage().create('next')
    await file.commit()
    return inPage.temporaryFiles()
  })
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

  it.each(storageContract.map(({ name, expected }, index) => ({ name, expected, index })))(
    '$name',
    async ({ expected, index }) => {
      const observed = await here.evaluate((rule: number) => inPage.observeRule(rule), index)
      expect(observed).toEqual(expected)
      await expect.poll(() => leftBehind(here)).toEqual([])
    },
  )

  it('sees a root, whether paths begin with a slash or not', async () => {
    const seen = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      await storage.append('run/file', 'x')
      await storage.append('/file', 'y')
      return [await inPage.readText('/run/file'), await storage.list('/'), await storage.list('')]
    })
    expect(seen).toEqual(['x', ['file'], ['file']])
  })

  it('lets several storages write one file at once', async () => {
    const outcomes = await here.evaluate(async () => {
      const outcomes = Array.from({ length: 10 }, async (_, index) => {
        const storage = new inPage.OpfsStorage()
        const write = async () => {
          const file = await storage.create('run/file')
          await file.write(`${index}`.repeat(10_000))
          await file.commit()
        }
        return Promise.all([
          inPage.outcomeOf(write()),
          inPage.outcomeOf(storage.append('run/log', `${index}`)),
        ])
      })
      return [...new Set((await Promise.all(outcomes)).flat())]
    })
    expect(outcomes).toEqual(['no error'])
    expect(await here.evaluate(() => inPage.readText('run/file'))).toMatch(/^(\d)\1{9999}$/)
    const log = await here.evaluate(() => inPage.readText('run/log'))
    expect([...log].sort().join('')).toBe('0123456789')
  })

  it('says what cannot be read or written, and what to do', async () => {
    const [missing, below, folder, begun, full, name, own] = await here.evaluate(async () => {
      const storage = new inPage.OpfsStorage()
      await storage.append('plain', '1')
      await storage.makeFolder('folder')
      await storage.makeFolder('full/folder')
      return [
        await inPage.outcomeOf(storage.read('none')),
        await inPage.outcomeOf(storage.makeFolder('plain/sub')),
        await inPage.outcomeOf(storage.append('folder', 'x')),
        await inPage.outcomeOf(storage.create('folder')),
        await inPage.outcomeOf(storage.remove('full')),
        await inPage.outcomeOf(storage.create('back\\slash')),
        await inPage.outcomeOf(storage.append('.hookloop/file', '')),
      ]
    })
    expect(missing).toMatch(/none cannot be read.*there is no such file.*HL_STORAGE_READ/)
    expect(below).toMatch(/plain\/sub cannot be written.*a file where a folder should be.*HL_STORAGE_WRITE/)
    for (const message of [folder, begun])
      expect(message).toMatch(
        /folder cannot be written.*a folder is where a file should be.*HL_STORAGE_WRITE/,
      )
    expect(full).toMatch(/full cannot be written.*a folder that holds something.*HL_STORAGE_WRITE/)
    expect(name).toMatch(/back\\slash cannot be written.*no name with a backslash.*HL_STORAGE_WRITE/)
    expect(own).toMatch(/hookloop\/file cannot be written.*until they are whole.*HL_STORAGE_WRITE/)
  })

  it('says that there is no room, with figures that say so too, and leaves the old file', async (context) => {
    const session = await needBrowser(context).context.newCDPSession(tab.window)
    const origin = new URL(tab.window.url()).origin
    try {
      await here.evaluate(() => new inPage.OpfsStorage().append('file', 'old'))
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 })
      const [lowFigures, figures] = await here.evaluate(async () => {
        const write = async () => {
          const file = await new inPage.OpfsStorage().create('file')
          await file.write(new Uint8Array(5_000_000))
          await file.commit()
        }
        // The browser goes on telling the room that the site had before.
        const messages = [await inPage.outcomeOf(write())]
        const { estimate } = StorageManager.prototype
        StorageManager.prototype.estimate = async () => ({ usage: 7e6, quota: 8e6 })
        messages.push(await inPage.outcomeOf(write()))
        StorageManager.prototype.estimate = estimate
        return messages
      })
      expect(lowFigures).toMatch(
        /file cannot be written.*no room: the disk or.*is full\. Remove.*HL_STORAGE_WRITE/,
      )
      expect(lowFigures).not.toMatch(/ MB/)
      expect(figures).toMatch(/no room: the site uses 7\.0 MB of 8\.0 MB\. Remove/)
    } finally {
      await session.send('Storage.overrideQuotaForOrigin', { origin })
      await session.detach()
    }
    expect(await here.evaluate(() => inPage.readText('file'))).toBe('old')
    expect(await here.evaluate(() => new inPage.OpfsStorage().list(''))).toEqual(['file'])
    await expect.poll(() => leftBehind(here)).toEqual([])
  })

  it('says that a browser is too old that cannot move files', async () => {
    const [message, left] = await here.evaluate(async () => {
      const { move } = FileSystemFileHandle.prototype as { move?: unknown }
      Reflect.deleteProperty(FileSystemFileHandle.prototype, 'move')
      try {
        return [
          await inPage.outcomeOf(new inPage.OpfsStorage().create('file')),
          await inPage.temporaryFiles(),
        ]
      } finally {
        Object.defineProperty(FileSystemFileHandle.prototype, 'move', { value: move, configurable: true })
      }
    })
    expect(message).toMatch(/too old: it cannot move files.*HL_STORAGE_UNAVAILABLE/)
    expect(left).toEqual([])
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
        return inPage.temporaryFiles()
      })
    await expect.poll(left).toEqual([])
    expect((await tab.window.evaluate(() => new inPage.OpfsStorage().list('kill'))).sort()).toEqual([
      'file',
      'other',
    ])
  })

  it('sweeps up after a tab that died later than its own first write', async (context) => {
    const other = await needBrowser(context).open()
    const write = () =>
      tab.window.evaluate(async () => {
        const kept = globalThis as { storage?: InstanceType<typeof inPage.OpfsStorage> }
        kept.storage ??= new inPage.OpfsStorage()
        const file = await kept.storage.create('later/file')
        await file.commit()
        return inPage.temporaryFiles()
      })
    await write()
    const places: readonly Place[] = [other.window, other.worker]
    for (const place of places)
      await place.evaluate(async () => {
        const file = await new inPage.OpfsStorage().create('later/file')
        await file.write('half of it')
      })
    expect((await write()).length).toBeGreaterThanOrEqual(2)
    await other.window.close()
    await expect.poll(write).toEqual([])
  })

  it('lets a window and a worker write one file at once', async (context) => {
    needBrowser(context)
    const write = async () => {
      const storage = new inPage.OpfsStorage()
      const outcomes = Array.from({ length: 10 }, async (_, index) => {
        const file = await storage.create('both/file')
        await file.write(`${index}`)
        await file.commit()
        await storage.append('both/log', '+')
        await storage.read('both/file')
      })
      return [...new Set(await Promise.all(outcomes.map((outcome) => inPage.outcomeOf(outcome))))]
    }
    const outcomes = await Promise.all([tab.window.evaluate(write), tab.worker.evaluate(write)])
    expect(outcomes).toEqual([['no error'], ['no error']])
    expect(await tab.window.evaluate(() => inPage.readText('both/log'))).toBe('+'.repeat(20))
  })
})

describe('OpfsStorage where cookies are blocked', () => {
  it('says that the browser refuses it, for a claim, too', async (context) => {
    const blocked = await openTabs({ profile: { default_content_setting_values: { cookies: 2 } } })
    if ('reason' in blocked) return context.skip(blocked.reason)
    try {
      const { window, worker } = await blocked.open()
      const places: readonly Place[] = [window, worker]
      for (const place of places) {
        const messages = await place.evaluate(async () => {
          const storage = new inPage.OpfsStorage()
          return Promise.all(
            [
              ...[storage.claim('run'), storage.create('file'), storage.read('file'), storage.exists('file')],
              ...[
                storage.append('file', ''),
                storage.remove('file'),
                storage.list(''),
                storage.makeFolder('run'),
              ],
            ].map((attempt) => inPage.outcomeOf(attempt)),
          )
        })
        expect(messages).toHaveLength(8)
        for (const message of messages) expect(message).toMatch(/refuses it.*cookies.*HL_STORAGE_UNAVAILABLE/)
      }
    } finally {
      await blocked.close()
    }
  })
})

describe('OpfsStorage outside of a browser', () => {
  it('says that there is none, whatever is asked', async () => {
    const storage = new OpfsStorage()
    const attempts = [
      ...[storage.claim('run'), storage.create('file'), storage.read('file'), storage.exists('file')],
      ...[storage.append('file', ''), storage.remove('file'), storage.list(''), storage.makeFolder('run')],
    ]
    for (const attempt of attempts)
      await expect(attempt).rejects.toMatchObject({ code: 'HL_STORAGE_UNAVAILABLE' })
  })
})
