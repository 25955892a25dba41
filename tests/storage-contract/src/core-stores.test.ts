import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStorage } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storageContract } from './index.js'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'contract-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const stores = {
  MemoryStorage: async () => new MemoryStorage(),
  // The store that a Runner has on Node unless it is given another one.
  NodeStorage: () => withRunner({}, async ({ storage }) => storage),
}

describe.each(Object.entries(stores))('%s', (store, open) => {
  it.each(storageContract.map((rule, index) => ({ ...rule, folder: `${store}-${index}` })))(
    '$name',
    async ({ observe, expected, folder }) => {
      expect(await observe(await open(), join(root, folder))).toEqual(expected)
    },
  )
})
