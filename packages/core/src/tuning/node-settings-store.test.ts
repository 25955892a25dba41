import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SettingsStore } from './node-settings-store.js'

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'settings-'))
})
afterEach(() => rm(cache, { recursive: true }))

const measurement = {
  time: '2026-01-02T03:04:05.678Z',
  machine: 'a machine',
  signature: 'a net',
  batch: '{ x }',
  figures: [
    { settings: {}, msPerStep: [2, 1.5] },
    { settings: { intraOpThreads: 1, oneDnn: false }, msPerStep: [] },
  ],
  chosen: {},
}
const program = { script: 'train.mjs', args: ['a'] }
const model = { signature: 'a net', machine: 'a machine' }

function store() {
  return new SettingsStore({ HOOKLOOP_CACHE_DIR: cache })
}

it('keeps what was measured for a model, and for a program which model it trains', async () => {
  const file = await store().keep(program, model, measurement)
  expect(JSON.parse(await readFile(file ?? '', 'utf8'))).toEqual(measurement)
  expect(await store().find(model)).toEqual(measurement)
  expect(await store().findOf(program)).toEqual(measurement)
  expect(await store().findOf({ ...program, args: ['b'] })).toBeUndefined()
  expect(await readdir(join(cache, 'engine-settings'))).toHaveLength(2)
})

it('forgets which model a program trains, not the model', async () => {
  await store().keep(program, model, measurement)
  await store().forget(program)
  await store().forget(program)
  expect(await store().findOf(program)).toBeUndefined()
  expect(await store().find(model)).toEqual(measurement)
})

it.each(['', '{', '{}', JSON.stringify({ ...measurement, chosen: { intraOpThreads: 'many' } })])(
  'does not trust a file with %j',
  async (text) => {
    await writeFile((await store().keep(program, model, measurement)) ?? '', text)
    expect(await store().find(model)).toBeUndefined()
    expect(await store().findOf(program)).toBeUndefined()
  },
)

it('does without where nothing can be written', async () => {
  const file = join(cache, 'engine-settings')
  await writeFile(file, 'not a folder')
  expect(await store().keep(program, model, measurement)).toBeUndefined()
  expect(await store().find(model)).toBeUndefined()
})
