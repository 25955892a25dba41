import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ensureCacheEntry } from './cache-entry.js'
import type { SetUpContext } from './context.js'
import { TfjsNodeSetupError } from './errors.js'
import type { Libraries } from './libraries.js'
import type { TfjsNodePackage } from './locate.js'
import type { Compiler } from './requirements.js'
import { lastLines, runCommand } from './run-command.js'

/** What an addon is made of. */
export interface AddonParts {
  readonly tfjsNode: TfjsNodePackage
  readonly libraries: Libraries
  readonly compiler: Compiler
}

/** A compiled addon in the cache. */
export interface CompiledAddon {
  readonly file: string
  /** False if the cache had it. */
  readonly isNew: boolean
}

/**
 * Compiles tfjs-node's addon into the cache, unless one of the same parts is there.
 * @param rebuild compile in any case
 * @throws TfjsNodeSetupError `HL_SETUP_COMPILE`
 */
export async function ensureAddon(
  parts: AddonParts,
  context: SetUpContext,
  rebuild: boolean,
): Promise<CompiledAddon> {
  const { cacheRoot, onProgress } = context
  const name = basename(parts.tfjsNode.addonFile)
  const dir = join(cacheRoot, `addon-${await addonKey(parts)}`)
  const isNew = await ensureCacheEntry(dir, {
    rebuild,
    build: (fresh) => compile(parts, join(fresh, name), context),
    onWait: () => onProgress({ step: 'wait', message: 'another process is compiling the addon' }),
  })
  return { file: join(dir, name), isNew }
}

const sourceNames = ['tfjs_backend.cc', 'tfjs_binding.cc']

function sourceFiles({ dir }: TfjsNodePackage): string[] {
  return sourceNames.map((name) => join(dir, 'binding', name))
}

function compilerFlags(napiVersion: number): string[] {
  return ['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${napiVersion}`]
}

async function addonKey({ tfjsNode, libraries, compiler }: AddonParts): Promise<string> {
  const sources = await Promise.all(sourceFiles(tfjsNode).map((file) => readFile(file, 'utf8')))
  const parts = [
    libraries.wheel.sha256,
    tfjsNode.version,
    ...sources,
    ...compiler.command,
    compiler.version,
    ...compilerFlags(tfjsNode.napiVersion),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

async function compile(parts: AddonParts, file: string, { env, onProgress }: SetUpContext): Promise<void> {
  const { tfjsNode, libraries, compiler } = parts
  onProgress({
    step: 'compile',
    message: `addon of tfjs-node ${tfjsNode.version} with ${compiler.command[0]}`,
  })
  const [program, ...programArgs] = compiler.command
  const args = [
    ...programArgs,
    ...compilerFlags(tfjsNode.napiVersion),
    ...['-isystem', libraries.includeDir, '-isystem', nodeApiHeaders()],
    ...sourceFiles(tfjsNode),
    ...['-o', file, libraries.tensorflowLibrary, libraries.frameworkLibrary],
    // From lib/napi-v8 in the package to deps/lib, as in tfjs-node's own builds.
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ]
  const result = await runCommand(program, args, { env })
  if (result.succeeded) return
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_COMPILE',
    summary: "tfjs-node's addon could not be compiled.",
    lookedFor: `a build of ${sourceNames.join(' and ')} of @tensorflow/tfjs-node ${tfjsNode.version} (4.22.0 was tried)`,
    found: `${compiler.command.join(' ')}: ${result.ending}\n${lastLines(result.output, 20)}`,
    waysOut: [
      'set CXX to a compiler that knows C++17 (g++ 8, clang 7 or later), with its standard library',
      'install @tensorflow/tfjs-node 4.22.0',
    ],
  })
}

function nodeApiHeaders(): string {
  const packageJson = createRequire(import.meta.url).resolve('node-api-headers/package.json')
  return join(dirname(packageJson), 'include')
}
