import { decodeCheckpoint, disposeTensors, encodeCheckpoint, MemoryStorage, writeFile } from '@hookloop/core'
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest'
import { trainLine } from './line-training.js'
import { openTabs, type Tab, type Tabs } from './tabs.js'

let tabs: Tabs | { readonly reason: string }
let tab: Tab
beforeAll(async () => {
  tabs = await openTabs()
  if ('open' in tabs) tab = await tabs.open()
})
afterAll(async () => {
  if ('close' in tabs) await tabs.close()
})

function needBrowser({ skip }: TestContext): void {
  if ('reason' in tabs) skip(tabs.reason)
}

const folder = '/work_dirs/line'
const names = ['epoch_1.safetensors', 'last_checkpoint']

/** Files of the work dir in the page, as the page has them. */
async function filesOfPage(): Promise<Map<string, Uint8Array>> {
  const files = await tab.worker.evaluate(
    async ([folder, names]) => {
      const storage = new inPage.OpfsStorage()
      return Promise.all(
        names.map(async (name) => [name, [...(await storage.read(`${folder}/${name}`))]] as const),
      )
    },
    [folder, names] as const,
  )
  return new Map(files.map(([name, bytes]) => [name, Uint8Array.from(bytes)]))
}

async function clearPage(): Promise<void> {
  await tab.worker.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
  })
}

/** Bytes of a checkpoint without what two runs never share: when they began, and how long they took. */
async function bytesWithoutTimes(bytes: Uint8Array): Promise<string> {
  const checkpoint = await decodeCheckpoint(bytes, 'checkpoint')
  const meta = { ...checkpoint.meta, experimentName: '', time: '', clock: { seconds: 0, looked: 0 } }
  const parts = [...(await encodeCheckpoint({ ...checkpoint, meta }))].map((part) => Buffer.from(part))
  disposeTensors({ ...checkpoint })
  return Buffer.concat(parts).toString('latin1')
}

it('a page saves the very bytes that Node saves', async (context) => {
  needBrowser(context)
  await clearPage()
  await tab.worker.evaluate(() => inPage.trainLine(new inPage.OpfsStorage(), { epochs: 1, resume: false }))
  const ofNode = new MemoryStorage()
  await trainLine(ofNode, { epochs: 1, resume: false })
  const ofPage = await filesOfPage()
  for (const name of ['last_checkpoint'])
    expect(ofPage.get(name)).toEqual(ofNode.files.get(`${folder}/${name}`))
  const [page, node] = await Promise.all(
    [ofPage.get('epoch_1.safetensors'), ofNode.files.get(`${folder}/epoch_1.safetensors`)].map((bytes) =>
      bytesWithoutTimes(bytes ?? new Uint8Array()),
    ),
  )
  expect(page).toBe(node)
})

it('a page goes on from Node and Node from a page, to the bits of a run that never stopped', async (context) => {
  needBrowser(context)
  const whole = await trainLine(new MemoryStorage(), { epochs: 3, resume: false })

  await clearPage()
  const ofNode = new MemoryStorage()
  await trainLine(ofNode, { epochs: 1, resume: false })
  const inPageToo = await Promise.all(
    names.map(async (name) => [`${folder}/${name}`, [...(await ofNode.read(`${folder}/${name}`))]] as const),
  )
  const finishedInPage = await tab.worker.evaluate(async (files) => {
    const storage = new inPage.OpfsStorage()
    for (const [path, bytes] of files) {
      const file = await storage.create(path)
      await file.write(Uint8Array.from(bytes))
      await file.commit()
    }
    return inPage.trainLine(storage, { epochs: 3, resume: true })
  }, inPageToo)
  expect(finishedInPage).toEqual(whole)

  await clearPage()
  await tab.worker.evaluate(() => inPage.trainLine(new inPage.OpfsStorage(), { epochs: 1, resume: false }))
  const fromPage = new MemoryStorage()
  for (const [name, bytes] of await filesOfPage()) await writeFile(fromPage, `${folder}/${name}`, bytes)
  expect(await trainLine(fromPage, { epochs: 3, resume: true })).toEqual(whole)
})
