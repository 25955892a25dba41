import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm, run } from '../../../../scripts/lib/run.mjs'
import { expect, expectText } from '../expect.mjs'
import { guideScript } from '../guide.mjs'

/** @type {import('../scene.mjs').Scene} */
const byGuide = {
  title:
    'docs/write-a-hook.md, word by word in an empty folder: made, changed, published, used by another project',
  isShort: true,
  async act(stage) {
    const folder = stage.emptyFolder()
    const begin = performance.now()
    const output = await stage.mustRun(['bash', '-c', guideScript('docs/write-a-hook.md')], folder)
    const minutes = (performance.now() - begin) / 60_000
    expect(minutes < 10, `it took ${minutes.toFixed(1)} minutes`)
    expectText(output, ['my-hook is made', /MyHook: the loss is \d/])
    const listed = await stage.mustRun(['npx', 'hookloop', 'hooks'], join(folder, 'my-training'))
    expectText(listed, ['MyHook', 'my-hook'])
    await expectTypes(stage, join(folder, 'my-training'))
    return `in ${(minutes * 60).toFixed(0)} s of machine time; the command line finds MyHook, the compiler knows its options`
  },
}

/** @type {import('../scene.mjs').Scene} */
const withPnpm = {
  title: 'pnpm create @hookloop/hook',
  isShort: false,
  async act(stage) {
    const folder = stage.emptyFolder()
    await stage.mustRun([...pnpm, 'create', '@hookloop/hook', 'gradient-noise', '--scope', 'me'], folder)
    await stage.mustRun([...pnpm, 'run', 'check'], join(folder, 'gradient-noise'))
    return '@me/gradient-noise passes its own lint, types, tests, build and publint'
  },
}

/** @type {import('../scene.mjs').Scene} */
const releases = {
  title: 'docs/publish-a-hook.md, word by word: a second version with release notes',
  isShort: false,
  async act(stage) {
    const folder = stage.emptyFolder()
    await stage.mustRun(['npm', 'create', '@hookloop/hook', 'published-hook'], folder)
    const script = `${gitUser}${guideScript('docs/publish-a-hook.md')}`
    const output = await stage.mustRun(['bash', '-c', script], join(folder, 'published-hook'))
    const shown = await stage.mustRun(['npm', 'view', 'published-hook', 'versions', '--json'], folder)
    expectText(shown, ['"0.1.0"', '"0.2.0"'])
    expectText(output, ['Says when it looked for the last time.', 'New tag:  v0.2.0'])
    const tarball = await stage.mustRun(['npm', 'pack', '--json', 'published-hook@0.2.0'], folder)
    expectText(tarball, ['"CHANGELOG.md"'])
    return '0.1.0, then 0.2.0 with release notes in what is published'
  },
}

/** @type {import('../scene.mjs').Scene} */
const offline = {
  title: 'create-hook without a network',
  isShort: false,
  async act(stage) {
    const folder = stage.emptyFolder()
    await stage.mustRun(['npm', 'install', '@hookloop/create-hook'], folder)
    const program = join(folder, 'node_modules', '.bin', 'create-hook')
    const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' }
    const env = { ...stage.registry.env, ...nowhere }
    const { code, output } = await run([program, 'my-hook'], { cwd: folder, env })
    expect(code !== 0, 'nobody tells that nothing was installed')
    expectText(output, [
      'HL_CREATE_INSTALL',
      /npm install failed:\nnpm error code ECONNREFUSED/,
      'cd my-hook && npm install',
    ])
    expect(existsSync(join(folder, 'my-hook', 'src', 'hook.ts')), 'the files are not there')
    return 'the files are there, and the error says what failed and how to go on'
  },
}

export const thirdPartyHook = [byGuide, withPnpm, releases, offline]

/** Whoever commits has told git a name; a machine that only tests may not. */
const gitUser = `export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
`

const types = `import 'my-hook'
import type { HookConfig } from '@hookloop/core'

export const known: HookConfig = { type: 'MyHook', factor: 2 }
// @ts-expect-error the option is called factor
export const mistyped: HookConfig = { type: 'MyHook', faktor: 2 }
// @ts-expect-error EMAHook is not installed here
export const notInstalled: HookConfig = { type: 'EMAHook' }
`

/** @param {import('../stage.mjs').Stage} stage @param {string} project */
async function expectTypes(stage, project) {
  writeFileSync(join(project, 'types.ts'), types)
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022']
  await stage.mustRun(['npx', 'tsc', ...options, 'types.ts'], project)
}
