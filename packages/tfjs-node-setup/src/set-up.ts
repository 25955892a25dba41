import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureAddon } from './addon.js'
import { type CheckReport, inspect, type NativeOrigin } from './check.js'
import { cacheRootOf, type SetUpContext, type Surroundings, thisProcess } from './context.js'
import { TfjsNodeSetupError, writingTo } from './errors.js'
import { stampFiles } from './file-stamps.js'
import { type Installation, install, installedFiles } from './install.js'
import { fetchLibraries, hasLibraries, type Libraries, librariesOf } from './libraries.js'
import { testLoad } from './load-test.js'
import { locateTfjsNode, type TfjsNodePackage } from './locate.js'
import { withLock } from './lock.js'
import { writeMarker } from './marker.js'
import type { OnProgress } from './progress.js'
import { findRequirements } from './requirements.js'
import { type PinnedWheel, wheelFor } from './wheel.js'

/** How to set up. */
export interface SetUpOptions {
  /** The folder whose tfjs-node is meant; default the current one. */
  readonly from?: string
  /** The cache folder; default `HOOKLOOP_CACHE_DIR`, else `$XDG_CACHE_HOME/hookloop`, else `~/.cache/hookloop`. */
  readonly cacheDir?: string
  /**
   * Set up even where tfjs-node works: the cached libraries are hashed, the addon is compiled anew, and an
   * install that is not ours is moved aside. Default false.
   */
  readonly force?: boolean
  /** Receives signs of life; default: none. */
  readonly onProgress?: OnProgress
}

/** What a set-up did. */
export interface SetUpReport {
  /** `alreadyWorks`: nothing was changed. */
  readonly outcome: 'alreadyWorks' | 'setUp'
  /** Who laid the native parts that work now. */
  readonly origin: Exclude<NativeOrigin, 'none'>
  /** The tfjs-node package that works now. */
  readonly packageDir: string
  readonly tfjsNodeVersion: string
  /** Whether TensorFlow was downloaded in this call, and not taken from the cache. */
  readonly hasDownloaded: boolean
  /** Whether the addon was compiled in this call. */
  readonly hasCompiled: boolean
  /** New paths of files that were in the way and are not ours. */
  readonly movedAside: readonly string[]
  readonly elapsedSeconds: number
}

/**
 * Makes an installed `@tensorflow/tfjs-node` work without its own download: fetches TensorFlow's libraries
 * with pip into a cache, compiles the addon, lays both into the package and tries them. Where tfjs-node
 * works, it returns within milliseconds.
 * @throws TfjsNodeSetupError with the code of what is missing or failed
 */
export function setUpTfjsNode(options: SetUpOptions = {}): Promise<SetUpReport> {
  return setUpIn(thisProcess(), options)
}

/** The set-up in given surroundings. */
export async function setUpIn(surroundings: Surroundings, options: SetUpOptions): Promise<SetUpReport> {
  const start = performance.now()
  const { force = false, onProgress = () => {} } = options
  const tfjsNode = await locateTfjsNode(options.from ?? process.cwd())
  const check = () => inspect(tfjsNode, options.cacheDir, surroundings.env)
  const finish = (facts: Facts): SetUpReport => ({
    packageDir: tfjsNode.dir,
    tfjsNodeVersion: tfjsNode.version,
    ...facts,
    elapsedSeconds: (performance.now() - start) / 1000,
  })
  const working = force ? undefined : asItIs(await check())
  if (working !== undefined) return finish(working)

  const wheel = wheelFor(surroundings.machine, surroundings.wheels)
  const context = { ...surroundings, onProgress, cacheRoot: cacheRootOf(options.cacheDir, surroundings.env) }
  const work = async () =>
    (force ? undefined : asItIs(await check())) ?? makeWork(tfjsNode, wheel, context, force)
  const onWait = () => onProgress({ step: 'wait', message: `another set-up of ${tfjsNode.dir}` })
  const lockFile = join(tfjsNode.dir, '.hookloop-setup.lock')
  return finish(await writingTo(tfjsNode.dir, () => withLock(lockFile, work, onWait)))
}

type Facts = Pick<SetUpReport, 'outcome' | 'origin' | 'hasDownloaded' | 'hasCompiled' | 'movedAside'>

function asItIs({ works, origin }: CheckReport): Facts | undefined {
  if (!works || origin === 'none') return undefined
  return { outcome: 'alreadyWorks', origin, hasDownloaded: false, hasCompiled: false, movedAside: [] }
}

async function makeWork(
  tfjsNode: TfjsNodePackage,
  wheel: PinnedWheel,
  context: SetUpContext,
  force: boolean,
): Promise<Facts> {
  const { addonFile, libraries, ...made } = await writingTo(context.cacheRoot, () =>
    fillCache(tfjsNode, wheel, context, force),
  )
  context.onProgress({ step: 'link', message: tfjsNode.dir })
  const installation = await install(tfjsNode, libraries, addonFile)
  await tryOut(tfjsNode, libraries, installation, context)
  return { outcome: 'setUp', origin: 'setUp', ...made, movedAside: installation.movedAside }
}

async function fillCache(
  tfjsNode: TfjsNodePackage,
  wheel: PinnedWheel,
  context: SetUpContext,
  force: boolean,
) {
  const { cacheRoot, env, freeBytes, onProgress } = context
  onProgress({ step: 'check', message: 'what is there and what is needed' })
  const isCached = await hasLibraries(wheel, cacheRoot, force)
  if (!isCached) await mkdir(cacheRoot, { recursive: true })
  const download = isCached ? undefined : { wheel, dir: cacheRoot }
  const { compiler, python } = await findRequirements({ env, download, freeBytes })
  const hasDownloaded = python === undefined ? false : await fetchLibraries(wheel, python, context)
  const libraries = librariesOf(wheel, cacheRoot)
  const addon = await ensureAddon({ tfjsNode, libraries, compiler }, context, force)
  return { libraries, addonFile: addon.file, hasDownloaded, hasCompiled: addon.isNew }
}

async function tryOut(
  tfjsNode: TfjsNodePackage,
  libraries: Libraries,
  { marker, undo }: Installation,
  { env, onProgress }: SetUpContext,
): Promise<void> {
  onProgress({ step: 'test', message: 'a matrix product on TensorFlow' })
  const test = await testLoad(tfjsNode.dir, env)
  if (test.works) {
    const verified = await stampFiles(tfjsNode.dir, installedFiles(tfjsNode, libraries))
    await writeMarker(join(tfjsNode.dir, 'deps'), { ...marker, verified })
    return
  }
  await undo()
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_LOAD',
    summary: 'tfjs-node was set up but does not run here; what had been laid into it was taken out again.',
    lookedFor: `a matrix product in a Node ${process.version} process with ${tfjsNode.dir}`,
    found: test.reason,
    waysOut: [
      'run the set-up with --force, which hashes the cached libraries and compiles the addon anew',
      'compare the message above with the limits in the README of @hookloop/tfjs-node-setup',
    ],
  })
}
