import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTfjsNode } from '../src/check.js'
import { thisProcess } from '../src/context.js'
import { fetchLibraries, hasLibraries, librariesOf } from '../src/libraries.js'
import { type CommandResult, runCommand } from '../src/run-command.js'
import { setUpTfjsNode } from '../src/set-up.js'
import { needBuildTools } from './support/build-tools.js'
import { type CompiledPackage, compilePackage } from './support/compiled-package.js'
import { cacheWithLibraries, type NativeCache, nativeCache } from './support/native-cache.js'
import { npmProject, pnpmProject } from './support/projects.js'
import { temporaryDir } from './support/temporary-dir.js'
import { makeTinyWheel, type TinyWheel } from './support/tiny-wheel.js'

let compiled: CompiledPackage
let native: NativeCache
let sharedDir: string
/** A cache with the real libraries and, after the first set-up, the addon. */
let cacheDir: string

beforeAll(async () => {
  compiled = await compilePackage()
  native = await nativeCache()
  sharedDir = await mkdtemp(join(tmpdir(), 'tfjs-node-setup-shared-'))
  cacheDir = 'entry' in native ? await cacheWithLibraries(sharedDir, native) : sharedDir
}, 600_000)

afterAll(async () => {
  await compiled?.remove()
  await rm(sharedDir, { recursive: true, force: true })
})

/** Runs a module of the compiled package in a process that kills itself at a step. */
function runModule(code: string, args: unknown, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const program = `
    const load = (name) => import(${JSON.stringify(pathToFileURL(compiled.dir).href)} + '/' + name)
    const args = ${JSON.stringify(args)}
    const onProgress = ({ step }) => step === args.killAt && process.kill(process.pid, 'SIGKILL')
    ${code}`
  return runCommand(process.execPath, ['--input-type=module', '-e', program], { env })
}

const fetchInProcess = `
  const { fetchLibraries } = await load('libraries.js')
  const context = { env: process.env, cacheRoot: args.cacheRoot, onProgress }
  console.log(String(await fetchLibraries(args.wheel, 'python3', context)))`

const setUpInProcess = `
  const { setUpTfjsNode } = await load('index.js')
  const { outcome } = await setUpTfjsNode({ ...args.options, onProgress })
  console.log(String(outcome))`

async function expectWholeTinyCache(cacheRoot: string, { wheel }: TinyWheel) {
  expect(await hasLibraries(wheel, cacheRoot, true)).toBe(true)
  const { tensorflowLibrary } = librariesOf(wheel, cacheRoot)
  expect(await readFile(tensorflowLibrary, 'utf8')).toContain('libtensorflow_cc')
  expect(await readdir(cacheRoot)).toHaveLength(1)
}

describe('two processes at once', () => {
  it('fill the cache once', async (test) => {
    needBuildTools(test)
    const dir = await temporaryDir()
    const tiny = await makeTinyWheel(dir)
    const cacheRoot = join(dir, 'cache')
    const run = () => runModule(fetchInProcess, { wheel: tiny.wheel, cacheRoot }, tiny.env)
    const results = await Promise.all([run(), run()])
    expect(results.map(({ output }) => output.trim()).sort()).toEqual(['false', 'true'])
    await expectWholeTinyCache(cacheRoot, tiny)
  })

  it('set up the same project once', async ({ skip }) => {
    if ('missing' in native) return skip(native.missing)
    const { dir } = await pnpmProject(await temporaryDir())
    const options = { from: dir, cacheDir }
    const run = () => runModule(setUpInProcess, { options }, process.env)
    const results = await Promise.all([run(), run()])
    expect(results.map(({ output }) => output.trim()).sort()).toEqual(['alreadyWorks', 'setUp'])
    expect(await checkTfjsNode(options)).toMatchObject({ works: true, origin: 'setUp' })
  })
})

describe('a process that is killed', () => {
  it.for(['download', 'verify', 'unpack'])(
    'at step %s leaves a cache that the next one fills',
    async (killAt, test) => {
      needBuildTools(test)
      const dir = await temporaryDir()
      const tiny = await makeTinyWheel(dir)
      const cacheRoot = join(dir, 'cache')
      const killed = await runModule(fetchInProcess, { wheel: tiny.wheel, cacheRoot, killAt }, tiny.env)
      expect(killed.ending).toBe('ended by signal SIGKILL')
      expect(await hasLibraries(tiny.wheel, cacheRoot, false)).toBe(false)

      const context = { ...thisProcess(), env: tiny.env, cacheRoot, onProgress: () => {} }
      expect(await fetchLibraries(tiny.wheel, 'python3', context)).toBe(true)
      await expectWholeTinyCache(cacheRoot, tiny)
    },
  )

  it.for(['compile', 'link', 'test'])(
    'at step %s leaves a project that the next one sets up',
    async (killAt, { skip }) => {
      if ('missing' in native) return skip(native.missing)
      const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
      const isCompiling = killAt === 'compile'
      const options = { from: dir, cacheDir: isCompiling ? await cacheWithLibraries(dir, native) : cacheDir }
      const killed = await runModule(setUpInProcess, { options, killAt }, process.env)
      expect(killed.ending).toBe('ended by signal SIGKILL')
      expect((await checkTfjsNode(options)).works).toBe(false)

      expect(await setUpTfjsNode(options)).toMatchObject({ outcome: 'setUp', movedAside: [] })
      const added = (await readdir(tfjsNodeDir)).filter((name) => name.startsWith('.hookloop'))
      expect(added).toEqual([])
    },
  )
})

describe('the command', () => {
  const run = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
    runCommand(process.execPath, [join(compiled.dir, 'bin.js'), ...args], { env })

  it('explains itself', async () => {
    const result = await run(['--help'])
    expect(result.succeeded).toBe(true)
    expect(result.stdout).toContain('Usage: tfjs-node-setup [options]')
    expect((await run(['--version'])).stdout).toBe('1.2.3\n')
  })

  it('refuses an unknown option', async () => {
    const result = await run(['--chek'])
    expect(result.ending).toBe('exit code 1')
    expect(result.output).toContain("Unknown option '--chek'")
    expect(result.output).toContain('Usage:')
  })

  it('fails with one clear message', async () => {
    const dir = await temporaryDir()
    const result = await run(['--from', dir])
    expect(result.ending).toBe('exit code 1')
    expect(result.output).toMatch(/^@tensorflow\/tfjs-node is not installed\. \(HL_SETUP_NOT_INSTALLED\)\n/)
    expect(result.output).not.toContain('    at ')
  })

  it('checks, sets up, and checks again', async ({ skip }) => {
    if ('missing' in native) return skip(native.missing)
    const { dir, tfjsNodeDir } = await npmProject(await temporaryDir())
    const env = { ...process.env, HOOKLOOP_CACHE_DIR: cacheDir }
    const before = await run(['--check', '--from', dir], env)
    expect(before.ending).toBe('exit code 1')
    expect(before.stdout).toContain('tfjs-node does not work: ')

    const setUp = await run(['--from', dir], env)
    expect(setUp.succeeded).toBe(true)
    expect(setUp.stdout).toMatch(/^tfjs-node 4\.22\.0 works after [\d.]+ s of set-up: /)
    expect(setUp.output).toContain(`  link      ${tfjsNodeDir}\n`)

    const after = await run(['--check', '--from', dir], env)
    expect(after.succeeded).toBe(true)
    expect(after.stdout).toBe(`tfjs-node works (set up by tfjs-node-setup): ${tfjsNodeDir}\n`)
    expect((await run(['--from', dir], env)).output).toBe(`tfjs-node 4.22.0 works already: ${tfjsNodeDir}\n`)
  })
})
