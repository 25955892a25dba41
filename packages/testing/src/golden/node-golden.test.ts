import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { expectGolden } from './node-golden.js'

let folder: string
beforeEach(async () => {
  vi.stubEnv('UPDATE_GOLDENS', '')
  folder = await mkdtemp(join(tmpdir(), 'golden-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

it('writes a file when it is told to, and compares with it from then on', async () => {
  const file = pathToFileURL(join(folder, 'deeper', 'numbers.json'))
  await expect(expectGolden([1, 2], file)).rejects.toThrow(/there is no golden file .*UPDATE_GOLDENS=1/)
  vi.stubEnv('UPDATE_GOLDENS', '1')
  await expectGolden({ losses: new Float32Array([0.5, 0.25]), steps: 2 }, file)
  vi.stubEnv('UPDATE_GOLDENS', '')
  await expectGolden({ losses: [0.5, 0.25], steps: 2 }, file)
  await expect(expectGolden({ losses: [0.5, 0.3], steps: 2 }, file)).rejects.toMatchObject({
    code: 'HL_GOLDEN_DIFFERS',
    message: expect.stringContaining('losses[1] is 0.3, the file has 0.25'),
  })
  await expectGolden({ losses: [0.5, 0.3], steps: 2 }, file, { tolerance: 0.1 })
})

it('refuses what a JSON file cannot hold', async () => {
  const path = join(folder, 'nan.json')
  await writeFile(path, '{}')
  await expect(expectGolden({ loss: Number.NaN }, path)).rejects.toThrow(/'loss' is NaN, which a JSON file/)
  await expect(expectGolden(undefined, path)).rejects.toThrow('HL_GOLDEN_VALUE')
  expect(await readFile(path, 'utf8')).toBe('{}')
})
