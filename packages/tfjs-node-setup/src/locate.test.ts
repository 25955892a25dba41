import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { npmProject, pnpmProject } from '../test/support/projects.js'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { locateTfjsNode } from './locate.js'

it.each([
  ['npm', npmProject],
  ['pnpm', pnpmProject],
])('finds the real folder in the layout of %s', async (_, layOut) => {
  const { dir, tfjsNodeDir } = await layOut(await temporaryDir())
  const below = join(dir, 'src', 'deep')
  await mkdir(below, { recursive: true })
  const found = await locateTfjsNode(below)
  expect(found).toEqual({
    dir: tfjsNodeDir,
    version: '4.22.0',
    napiVersion: 8,
    addonFile: join(tfjsNodeDir, 'lib', 'napi-v8', 'tfjs_binding.node'),
    libDir: join(tfjsNodeDir, 'deps', 'lib'),
  })
})

it('says where it looked for a tfjs-node that is not installed', async () => {
  const dir = await temporaryDir()
  const search = locateTfjsNode(dir)
  await expect(search).rejects.toMatchObject({ code: 'HL_SETUP_NOT_INSTALLED' })
  await expect(search).rejects.toThrow(`node_modules of ${dir} and of the folders above it`)
})
