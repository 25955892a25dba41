import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { inPackageTree } from '../../test/package-tree.js'
import { ProjectModules } from '../project/modules.js'
import { projectAt } from '../project/project.js'
import { Composition } from './compose.js'

/** Composes the first of some JSON configs, beside an installed package with one more. */
function composed(files: Readonly<Record<string, object>>): Promise<{ config: unknown; paths: string[] }> {
  const shared = {
    name: 'shared-configs',
    exports: './index.js',
    'index.js': 'export default { from: "shared" }',
  }
  return inPackageTree({ '': { name: 'app' }, 'node_modules/shared-configs': shared }, async (folder) => {
    for (const [name, config] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), JSON.stringify(config))
    }
    const composition = new Composition(new ProjectModules(projectAt(folder)))
    const { config } = await composition.compose(join(folder, Object.keys(files)[0] ?? ''))
    return { config, paths: composition.paths.map((path) => path.replace(`${folder}/`, '')) }
  })
}

it('later ones win, nested ones too, and paths are relative to the file that names them', async () => {
  const { config, paths } = await composed({
    'runs/top.json': { extends: ['../a.json', '../b'], own: 1, both: { top: 1 } },
    'a.json': { extends: './deep/base.json', a: 1, both: { a: 1, x: 'a' } },
    'b.json': { b: 1, both: { b: 1, x: 'b' } },
    'deep/base.json': { base: 1, a: 0, both: { x: 'base' } },
  })
  expect(config).toEqual({ base: 1, a: 1, b: 1, own: 1, both: { x: 'b', a: 1, b: 1, top: 1 } })
  expect(paths).toEqual(['deep/base.json', 'a.json', 'b.json', 'runs/top.json'])
})

it('a base that two extend does not undo what the first of them changes', async () => {
  const { config } = await composed({
    'top.json': { extends: ['./a.json', './b.json'] },
    'a.json': { extends: './base.json', lr: 2 },
    'b.json': { extends: './base.json', epochs: 3 },
    'base.json': { lr: 1, epochs: 1 },
  })
  expect(config).toEqual({ lr: 2, epochs: 3 })
})

it('`_delete_` of one of several bases is for those before it', async () => {
  const { config } = await composed({
    'top.json': { extends: ['./base.json', './other.json'], optimizer: { lr: 3 } },
    'base.json': { optimizer: { type: 'SGD', momentum: 0.9 } },
    'other.json': { optimizer: { _delete_: true, type: 'Adam', lr: 1 } },
  })
  expect(config).toEqual({ optimizer: { type: 'Adam', lr: 3 } })
})

it('a package can hold a config', async () => {
  const { config } = await composed({ 'top.json': { extends: 'shared-configs', own: 1 } })
  expect(config).toEqual({ from: 'shared', own: 1 })
})

it.each<[string, Readonly<Record<string, object>>, RegExp]>([
  [
    'a circle, by the files in it alone',
    { 'top.json': { extends: './a' }, 'a.json': { extends: './b' }, 'b.json': { extends: './a' } },
    /each other: \S+\/a\.json → \S+\/b\.json → \S+\/a\.json; take/,
  ],
  ['itself', { 'top.json': { extends: './top.json' } }, /each other: \S+\/top\.json → \S+\/top\.json/],
  [
    'a missing file, with the way there and the nearest name',
    { 'top.json': { extends: './middle' }, 'middle.json': { extends: './bse.json' }, 'base.json': {} },
    /middle\.json extends '\.\/bse\.json', but there is no \S+bse\.json \(on the way \S+top\.json → \S+middle\.json\)\. Did you mean 'base\.json'/,
  ],
  [
    'a missing package',
    { 'top.json': { extends: 'nothing' } },
    /neither a package that is installed nor a file/,
  ],
  ['what is no path', { 'top.json': { extends: [3] } }, /`extends` of \S+ is a list; it must be the path/],
  ['what is no config', { 'top.json': ['list'] }, /top\.json exports a list; it must export the options/],
])('names %s', async (_name, files, message) => {
  await expect(composed(files)).rejects.toThrow(message)
})
