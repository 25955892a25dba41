import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArguments } from './arguments.js'
import { createHook } from './create-hook.js'
import { runCommand } from './run-command.js'

const example = fileURLToPath(new URL('../../../examples/third-party-hook', import.meta.url))
const linted = ['src', 'scripts', '.changeset', 'biome.json', 'tsconfig.json', 'tsconfig.build.json']
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'example-frame-'))
  const { description } = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'))
  const request = readArguments([
    ...['hookloop-gradient-statistics', '--dir', folder, '--description', description],
    ...['--license', 'Apache-2.0', '--no-git', '--no-install'],
  ])
  if (typeof request === 'string') throw new Error(`asks for ${request}`)
  await createHook(request, { cwd: folder, userAgent: undefined, onProgress: () => undefined })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the example of a third-party hook', () => {
  it.each([
    '.changeset/config.json',
    '.github/workflows/ci.yml',
    '.gitignore',
    'LICENSE',
    'biome.json',
    'scripts/package-info.mjs',
    'src/package-info.ts',
    'tsconfig.build.json',
    'tsconfig.json',
  ])('has %s as it is made today', async (path) => {
    expect(await readFile(join(example, path), 'utf8')).toBe(await readFile(join(folder, path), 'utf8'))
  })

  it('has the manifest that is made today, but for what our workspace wants', async () => {
    const made = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const present = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'))
    const { author: _author, scripts, ...rest } = made
    expect(present).toEqual({
      ...rest,
      private: true,
      scripts: { ...scripts, test: 'vitest run --config ../../vitest.config.ts' },
    })
  })

  // Our workspace's lint leaves it out, because it has a configuration of its own; its tests leave a report there.
  it('passes its own lint', async () => {
    const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))
    const { code, output } = await runCommand(biome, ['check', ...linted], example)
    expect(code, output).toBe(0)
  })
})
