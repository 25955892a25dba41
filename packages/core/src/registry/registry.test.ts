import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { PackageInfo } from './package-info.js'
import { Registry } from './registry.js'

const info = (name: string, hookApi = 1): PackageInfo => ({
  name,
  version: '1.0.0',
  url: `file:///${name}`,
  hookApi,
})

class Thing {
  constructor(readonly options: { readonly size?: number } = {}) {}
}

describe('Registry', () => {
  it('builds from a config, without its type', () => {
    const registry = new Registry<Thing>('thing')
    registry.register('Thing', Thing, info('a'))
    expect(registry.build({ type: 'Thing', ...{ size: 3 } })).toEqual(new Thing({ size: 3 }))
  })

  it('names both packages of a taken name, and lets the same class in again', () => {
    const registry = new Registry<Thing>('thing')
    registry.register('Thing', Thing, info('a'))
    expect(() => registry.register('Thing', Thing, info('a'))).not.toThrow()
    expect(() => registry.register('Thing', class extends Thing {}, info('b'))).toThrow(
      /'Thing' of b 1\.0\.0 .*registered by a 1\.0\.0.*HL_NAME_TAKEN/,
    )
  })

  it('names objects as they are registered, whatever a minifier calls their classes', () => {
    const registry = new Registry<Thing>('thing')
    const t = class extends Thing {}
    registry.register('LargeThing', t, info('a'))
    expect(registry.nameOf(new t())).toBe('LargeThing')
    expect(registry.nameOf(new Thing())).toBe('Thing')
  })

  it('answers unknown names with the nearest one, or with what to install', () => {
    const registry = new Registry<Thing>('hook')
    registry.register('StopHook', Thing, info('a'))
    expect(() => registry.get('StapHook')).toThrow(/Did you mean 'StopHook'/)
    expect(() => registry.get('EMAHook')).toThrow(/npm install @hookloop\/hook-ema/)
    expect(() => registry.get('EMAHok')).toThrow(/Did you mean 'EMAHook'/)
    expect(new Registry<Thing>('metric').explainUnknown('ConfusionMatrix')).toMatch(
      /npm install @hookloop\/metrics/,
    )
  })

  it.each([
    [2, /hook API 2, .*offers hook API 1.*Update core/],
    [0, /hook API 0, .*Update the package: npm install old@latest/],
  ])('refuses a package for hook API %d', (hookApi, text) => {
    expect(() => new Registry<Thing>('hook').register('X', Thing, info('old', hookApi))).toThrow(text)
  })
})

describe('a second copy of core', () => {
  it('is refused with both versions and places', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'copy-'))
    try {
      const core = fileURLToPath(new URL('../..', import.meta.url))
      await cp(join(core, 'dist'), join(folder, 'dist'), { recursive: true })
      await cp(join(core, 'package.json'), join(folder, 'package.json'))
      await symlink(join(core, 'node_modules'), join(folder, 'node_modules'))
      const first = pathToFileURL(join(core, 'dist', 'index.js')).href
      const second = pathToFileURL(join(folder, 'dist', 'index.js')).href
      const program = `await import('${first}'); await import('${second}').catch((error) => console.log(error.message))`
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
      expect(stdout).toMatch(
        /second copy of @hookloop\/core: version \S+ at file:.*core\/dist.* was loaded first, version \S+ at file:.*copy-.* second/,
      )
      expect(stdout).toContain('HL_CORE_TWICE')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
