import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inPackageTree } from '../../test/package-tree.js'
import { projectAt } from '../project/project.js'
import { checkCopies } from './check-copies.js'
import { checkDependencies } from './check-dependencies.js'
import { checkFolders } from './check-folders.js'
import { checkNode } from './check-node.js'
import { installedTree } from './installed-tree.js'

it.each([
  ['18.20.0', 'problem'],
  ['20.18.3', 'problem'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
  ['23.0.0', 'warning'],
  ['24.0.0', 'ok'],
])('Node %s: %s', (version, status) => {
  expect(checkNode(version).status).toBe(status)
})

it('finds copies that only an inner dependency sees, and names who', () =>
  inPackageTree(
    {
      '': { name: 'app', dependencies: { a: '*', '@hookloop/core': '*' } },
      'node_modules/@hookloop/core': {
        name: '@hookloop/core',
        peerDependencies: { '@tensorflow/tfjs-core': '*' },
      },
      'node_modules/@tensorflow/tfjs-core': { name: '@tensorflow/tfjs-core', version: '4.22.0' },
      'node_modules/a': { name: 'a', dependencies: { b: '*' } },
      // A circle, as there are.
      'node_modules/b': {
        name: 'b',
        dependencies: { a: '*' },
        peerDependencies: { '@tensorflow/tfjs-core': '*' },
      },
      'node_modules/b/node_modules/@tensorflow/tfjs-core': {
        name: '@tensorflow/tfjs-core',
        version: '4.10.0',
      },
    },
    (folder) => {
      const [core, tfjs] = checkCopies(installedTree(projectAt(folder)))
      expect(core).toMatchObject({ status: 'ok', text: '1 copy of @hookloop/core' })
      expect(tfjs?.status).toBe('problem')
      expect(tfjs?.text).toMatch(/4\.22\.0 at \S+ \(used by @hookloop\/core 1\.0\.0\)/)
      expect(tfjs?.text).toMatch(/4\.10\.0 at \S+b.node_modules\S+ \(used by b 1\.0\.0\)/)
      expect(tfjs?.remedy).toContain('npm dedupe')
    },
  ))

it('names peers that do not fit or are missing, and packages that are not installed', () =>
  inPackageTree(
    {
      '': {
        name: 'app',
        dependencies: {
          old: '*',
          older: '*',
          new: '*',
          'hook-bare': '*',
          gone: '^1.0.0',
          '@hookloop/core': '*',
        },
      },
      'node_modules/@hookloop/core': { name: '@hookloop/core', version: '2.0.0-rc.1' },
      'node_modules/old': {
        ...{ name: 'old', keywords: ['hookloop-hook'] },
        peerDependencies: { '@hookloop/core': '>=0.1.0 <1.0.0' },
      },
      'node_modules/older': {
        ...{ name: 'older', keywords: ['hookloop-hook'] },
        peerDependencies: { '@hookloop/core': '>=0.1.0 <1.0.0' },
      },
      'node_modules/new': {
        ...{ name: 'new', keywords: ['hookloop-hook'] },
        peerDependencies: { '@hookloop/core': '>=0.1.0 <3.0.0', workspace: 'workspace:*', left: '*' },
        peerDependenciesMeta: { left: { optional: true }, workspace: { optional: true } },
      },
      'node_modules/hook-bare': {
        name: 'hook-bare',
        keywords: ['hookloop-hook'],
        peerDependencies: { tfjs: '^4.0.0' },
      },
    },
    (folder) => {
      const project = projectAt(folder)
      const findings = checkDependencies(project, installedTree(project))
      expect(findings.every(({ status }) => status === 'problem')).toBe(true)
      expect(findings.map(({ text }) => text.replace(/ \(.*\)/, '')).sort()).toEqual([
        '@hookloop/core is 2.0.0-rc.1, but old 1.0.0, older 1.0.0 want >=0.1.0 <1.0.0',
        'gone is in package.json, but is not installed',
        'tfjs is not installed, but hook-bare 1.0.0 wants ^4.0.0',
      ])
    },
  ))

it('says whether folders can be written to, those that are not there yet too', async (context) => {
  if (process.getuid?.() === 0) context.skip('root may write everywhere')
  await inPackageTree({}, async (folder) => {
    await mkdir(join(folder, 'shut'))
    await chmod(join(folder, 'shut'), 0o500)
    const [open] = await checkFolders(join(folder, 'work_dirs', 'new'))
    const [shut] = await checkFolders(join(folder, 'shut', 'new'))
    expect([open?.status, shut?.status]).toEqual(['ok', 'problem'])
  })
})

it('makes nothing where it looks', () =>
  inPackageTree({}, async (folder) => {
    const [finding] = await checkFolders(join(folder, 'work_dirs', 'new'))
    expect(finding).toMatchObject({
      status: 'ok',
      text: `${join(folder, 'work_dirs', 'new')} can be written to`,
    })
    const [file] = await checkFolders(join(folder, 'file', 'new'))
    expect(file?.status).toBe('ok')
  }))
