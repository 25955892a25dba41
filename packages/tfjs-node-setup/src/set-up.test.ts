import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { needBuildTools } from '../test/support/build-tools.js'
import { cacheWithLibraries, type NativeCache, nativeCache } from '../test/support/native-cache.js'
import { npmProject, pnpmProject } from '../test/support/projects.js'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { makeTinyWheel, offline } from '../test/support/tiny-wheel.js'
import { checkTfjsNode } from './check.js'
import { thisProcess } from './context.js'
import { locateTfjsNode } from './locate.js'
import { readMarker } from './marker.js'
import { runCommand } from './run-command.js'
import { setUpIn, setUpTfjsNode } from './set-up.js'

const tenMinutes = 600_000
let native: NativeCache
let sharedDir: string
/** A cache with the real libraries and whatever addon the tests of this file have compiled. */
let cacheDir: string

beforeAll(async () => {
  native = await nativeCache()
  sharedDir = await mkdtemp(join(tmpdir(), 'tfjs-node-setup-shared-'))
  cacheDir = 'entry' in native ? await cacheWithLibraries(sharedDir, native) : sharedDir
}, tenMinutes)

afterAll(() => rm(sharedDir, { recursive: true, force: true }))

const skipWithoutLibraries = ({ skip }: TestContext) => {
  if ('missing' in native) skip(native.missing)
}

/** What a user's program prints that multiplies two matrices. */
async function product(from: string): Promise<string> {
  const program = `
    const util = require('util')
    util.isArray ??= Array.isArray
    util.isNullOrUndefined ??= (value) => value == null
    const tf = require('@tensorflow/tfjs-node')
    console.log(tf.getBackend(), tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).dataSync().join())`
  const result = await runCommand(process.execPath, ['-e', program], { cwd: from, env: process.env })
  return result.succeeded ? result.stdout.trim() : result.output
}

async function times(dir: string): Promise<Record<string, number>> {
  const names = await readdir(dir, { recursive: true })
  const entries = names.map(async (name) => [name, (await stat(join(dir, name))).mtimeMs])
  return Object.fromEntries(await Promise.all(entries))
}

describe('with the real TensorFlow', () => {
  beforeEach(skipWithoutLibraries)

  it.each([
    ['npm', npmProject, 'compiled'],
    ['pnpm', pnpmProject, 'from the cache of the project before'],
  ])('makes tfjs-node work under %s, and the second time does nothing', async (_, layOut, addon) => {
    const { dir, tfjsNodeDir } = await layOut(await temporaryDir())
    const steps = new Set<string>()
    const options = { from: dir, cacheDir }
    expect(await checkTfjsNode(options)).toMatchObject({ works: false, origin: 'none' })

    const first = await setUpTfjsNode({ ...options, onProgress: ({ step }) => steps.add(step) })
    expect(first).toMatchObject({
      outcome: 'setUp',
      origin: 'setUp',
      packageDir: tfjsNodeDir,
      tfjsNodeVersion: '4.22.0',
      hasDownloaded: false,
      hasCompiled: addon === 'compiled',
      movedAside: [],
    })
    const compileStep = addon === 'compiled' ? ['compile'] : []
    expect([...steps]).toEqual(['check', ...compileStep, 'link', 'test'])
    expect(await product(dir)).toBe('tensorflow 19,22,43,50')

    const before = await times(tfjsNodeDir)
    const second = await setUpTfjsNode(options)
    expect(second).toMatchObject({ outcome: 'alreadyWorks', origin: 'setUp', hasCompiled: false })
    expect(await times(tfjsNodeDir)).toEqual(before)
    expect(await checkTfjsNode(options)).toEqual({ works: true, origin: 'setUp', packageDir: tfjsNodeDir })
  })

  it('takes the compiled addon from the cache when a re-install dropped the native parts', async () => {
    const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
    const options = { from: dir, cacheDir }
    await setUpTfjsNode(options)
    await rm(join(tfjsNodeDir, 'deps'), { recursive: true })
    await rm(join(tfjsNodeDir, 'lib'), { recursive: true })
    expect(await setUpTfjsNode(options)).toMatchObject({ outcome: 'setUp', hasCompiled: false })
    expect(await product(dir)).toBe('tensorflow 19,22,43,50')
  })

  it('replaces a damaged addon', async () => {
    const { dir } = await npmProject(await temporaryDir())
    const options = { from: dir, cacheDir }
    await setUpTfjsNode(options)
    const { addonFile } = await locateTfjsNode(dir)
    await truncate(addonFile, 100)
    const check = await checkTfjsNode(options)
    expect(check.works).toBe(false)
    expect(check.reason).toContain(`${addonFile} has 100 bytes instead of`)
    expect(await setUpTfjsNode(options)).toMatchObject({ outcome: 'setUp', movedAside: [] })
    expect(await product(dir)).toBe('tensorflow 19,22,43,50')
  })

  it('leaves alone an install that works and is not its own', async () => {
    const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
    const options = { from: dir, cacheDir }
    await setUpTfjsNode(options)
    await rm(join(tfjsNodeDir, 'deps', 'hookloop-setup.json'))
    const before = await times(tfjsNodeDir)
    expect(await setUpTfjsNode(options)).toMatchObject({ outcome: 'alreadyWorks', origin: 'ownInstall' })
    expect(await times(tfjsNodeDir)).toEqual(before)

    // Seen once, it is not loaded again: a broken module would show.
    await writeFile(join(tfjsNodeDir, 'dist', 'index.js'), 'throw new Error("loaded")')
    expect(await checkTfjsNode(options)).toMatchObject({ works: true, origin: 'ownInstall' })
  })

  it('moves aside an install that does not work and is not its own', async () => {
    const { dir } = await npmProject(await temporaryDir())
    const { addonFile } = await locateTfjsNode(dir)
    await mkdir(dirname(addonFile), { recursive: true })
    await writeFile(addonFile, 'half a download')
    const options = { from: dir, cacheDir }
    expect(await checkTfjsNode(options)).toMatchObject({ works: false, origin: 'ownInstall' })
    const { movedAside } = await setUpTfjsNode(options)
    expect(movedAside).toEqual([`${addonFile}.before-hookloop`])
    expect(await readFile(`${addonFile}.before-hookloop`, 'utf8')).toBe('half a download')
    expect(await product(dir)).toBe('tensorflow 19,22,43,50')
  })

  it('sets up anew with force', async () => {
    const { dir } = await npmProject(await temporaryDir())
    const options = { from: dir, cacheDir }
    await setUpTfjsNode(options)
    const forced = await setUpTfjsNode({ ...options, force: true })
    expect(forced).toMatchObject({ outcome: 'setUp', hasCompiled: true, movedAside: [] })
    expect(await product(dir)).toBe('tensorflow 19,22,43,50')
  })

  it('takes its work out again when tfjs-node does not load', async () => {
    const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
    await writeFile(join(tfjsNodeDir, 'dist', 'index.js'), 'throw new Error("broken tfjs-node")')
    const before = await readdir(tfjsNodeDir)
    const settingUp = setUpTfjsNode({ from: dir, cacheDir })
    await expect(settingUp).rejects.toMatchObject({ code: 'HL_SETUP_LOAD' })
    await expect(settingUp).rejects.toThrow('broken tfjs-node')
    expect((await readdir(tfjsNodeDir)).filter((name) => !before.includes(name))).toEqual(['lib'])
    expect(await readMarker(await locateTfjsNode(dir))).toBeUndefined()
  })
})

describe('without it', () => {
  it('refuses a machine that no wheel is for', async () => {
    const { dir } = await npmProject(await temporaryDir())
    const machine = { platform: 'darwin', arch: 'arm64', glibcVersion: undefined } as const
    const settingUp = setUpIn({ ...thisProcess(), machine }, { from: dir, cacheDir: join(dir, 'cache') })
    await expect(settingUp).rejects.toMatchObject({ code: 'HL_SETUP_UNSUPPORTED_PLATFORM' })
  })

  it('keeps a home folder clean that has too little space', async (context) => {
    needBuildTools(context)
    const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
    const home = join(dir, 'home')
    await mkdir(home)
    const { HOOKLOOP_CACHE_DIR: _, XDG_CACHE_HOME: __, ...others } = process.env
    const env = { ...others, HOME: home }
    const before = await readdir(tfjsNodeDir)
    const settingUp = setUpIn({ ...thisProcess(), env, freeBytes: async () => 0 }, { from: dir })
    await expect(settingUp).rejects.toMatchObject({ code: 'HL_SETUP_NO_SPACE' })
    await expect(settingUp).rejects.toThrow(join(home, '.cache', 'hookloop'))
    expect(await readdir(join(home, '.cache', 'hookloop', 'tfjs-node'))).toEqual([])
    expect(await readdir(tfjsNodeDir)).toEqual(before)
  })

  it('shows what the compiler says', async (context) => {
    needBuildTools(context)
    const { dir } = await npmProject(await temporaryDir())
    const { wheel, env } = await makeTinyWheel(dir)
    const surroundings = { ...thisProcess(), wheels: [wheel], env }
    const settingUp = setUpIn(surroundings, { from: dir, cacheDir: join(dir, 'cache') })
    await expect(settingUp).rejects.toMatchObject({ code: 'HL_SETUP_COMPILE' })
    await expect(settingUp).rejects.toThrow(/c_api\.h|error/)
  })

  it('names the folder that cannot be written', async () => {
    const { dir } = await npmProject(await temporaryDir())
    const file = join(dir, 'file')
    await writeFile(file, '')
    const settingUp = setUpIn({ ...thisProcess(), env: offline(dir) }, { from: dir, cacheDir: file })
    await expect(settingUp).rejects.toMatchObject({ code: 'HL_SETUP_NOT_WRITABLE' })
    await expect(settingUp).rejects.toThrow(`permission to write ${file}`)
  })

  it('says in a check that tfjs-node is not installed', async () => {
    const check = await checkTfjsNode({ from: await temporaryDir() })
    expect(check).toMatchObject({ works: false, origin: 'none' })
    expect(check.reason).toContain('HL_SETUP_NOT_INSTALLED')
    expect(check.packageDir).toBeUndefined()
  })
})
