import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inPackageTree } from '../../test/package-tree.js'
import { checkOneCore } from './core.js'
import { importPackages } from './import-packages.js'
import { ProjectModules } from './modules.js'
import { projectAt } from './project.js'
import { registeringPackages } from './registering-packages.js'

const hook = (name: string, extra: object = {}) => ({ name, keywords: ['hookloop-hook'], ...extra })

it('direct dependencies of every kind that say that they register something, and nothing else', async () => {
  const tree = {
    '': {
      name: 'app',
      dependencies: { 'hook-b': '*', plain: '*', gone: '*', 'near-miss': '*' },
      devDependencies: { 'hook-a': '*' },
      optionalDependencies: { optim: '*' },
      peerDependencies: { 'hook-peer': '*' },
    },
    'node_modules/hook-a': hook('hook-a'),
    'node_modules/hook-b': hook('hook-b', { dependencies: { 'hook-inner': '*' } }),
    'node_modules/optim': { name: 'optim', hookloop: { optimizers: ['Lion'] } },
    'node_modules/plain': { name: 'plain', keywords: ['hookloop'] },
    'node_modules/near-miss': { name: 'near-miss', hookloop: { optimizers: [] } },
    'node_modules/hook-inner': hook('hook-inner'),
    'node_modules/hook-peer': hook('hook-peer'),
  }
  const names = await inPackageTree(tree, async (folder) => {
    // A config may lie deeper.
    await mkdir(join(folder, 'configs', 'digits'), { recursive: true })
    return registeringPackages(projectAt(join(folder, 'configs', 'digits'))).map(({ name }) => name)
  })
  expect(names).toEqual(['hook-b', 'hook-a', 'optim'])
})

it('a place without a package.json has no dependencies', () =>
  inPackageTree({}, (folder) => {
    expect(projectAt(folder)).toMatchObject({ folder, manifest: undefined, dependencies: {} })
  }))

it('a damaged package.json counts as none', () =>
  inPackageTree({ '': { name: 'app' } }, async (folder) => {
    await writeFile(join(folder, 'package.json'), '{ "name": ')
    expect(projectAt(folder).manifest).toBeUndefined()
  }))

it('two copies of core are told apart before anything registers', () =>
  inPackageTree(
    {
      '': { name: 'app', dependencies: { '@hookloop/core': '1', 'hook-a': '*' } },
      'node_modules/@hookloop/core': { name: '@hookloop/core', version: '1.2.0' },
      'node_modules/hook-a': hook('hook-a', { version: '3.0.0' }),
      'node_modules/hook-a/node_modules/@hookloop/core': { name: '@hookloop/core', version: '0.9.0' },
    },
    (folder) => {
      expect(() => checkOneCore(folder, registeringPackages(projectAt(folder)))).toThrow(
        /your project uses 1\.2\.0 at .*core, hook-a 3\.0\.0 uses 0\.9\.0 at .*hook-a.node_modules.*npm dedupe.*HL_CLI_TWO_CORES/,
      )
    },
  ))

it('a package that fails says why, once, and errors with a code come through', () =>
  inPackageTree(
    {
      '': { name: 'app', dependencies: { bad: '*', refused: '*', empty: '*' } },
      'node_modules/bad': hook('bad', {
        exports: './index.js',
        'index.js': 'globalThis.badCount = (globalThis.badCount ?? 0) + 1; throw new Error("no such thing")',
      }),
      'node_modules/refused': hook('refused', {
        exports: './index.js',
        'index.js': 'throw Object.assign(new Error("hook API 9 (HL_HOOK_API)"), { code: "HL_HOOK_API" })',
      }),
      'node_modules/empty': hook('empty', { exports: './missing.js' }),
    },
    async (folder) => {
      const project = projectAt(folder)
      const [bad, refused, empty] = registeringPackages(project)
      const load = (one: typeof bad) =>
        importPackages(new ProjectModules(project), one === undefined ? [] : [one])
      await expect(load(bad)).rejects.toThrow(/bad 1\.0\.0 .*no such thing.*npm uninstall bad.*HL_CLI_IMPORT/)
      expect(Reflect.get(globalThis, 'badCount')).toBe(1)
      await expect(load(refused)).rejects.toThrow('hook API 9 (HL_HOOK_API)')
      await expect(load(empty)).rejects.toThrow('HL_CLI_IMPORT')
    },
  ))
