#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type CheckReport, checkTfjsNode } from './check.js'
import { TfjsNodeSetupError } from './errors.js'
import { type SetUpReport, setUpTfjsNode } from './set-up.js'
import { terminalProgress } from './terminal-progress.js'

const help = `Usage: tfjs-node-setup [options]

Makes the @tensorflow/tfjs-node of the current folder work without its own download.
Where it works already, nothing is done.

  --check             only tell whether it works
  --force             set up even where it works
  --from <dir>        folder whose tfjs-node is meant (default: the current one)
  --cache-dir <dir>   where TensorFlow is kept (default: HOOKLOOP_CACHE_DIR,
                      $XDG_CACHE_HOME/hookloop, or ~/.cache/hookloop)
  --help, --version

Exit code 0: tfjs-node works; 1: it does not.
PYTHON and CXX name the Python 3 (with pip) and the C++ compiler to use.
`

interface Arguments {
  check?: boolean
  force?: boolean
  help?: boolean
  version?: boolean
  from?: string
  'cache-dir'?: string
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      force: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
      from: { type: 'string' },
      'cache-dir': { type: 'string' },
    },
  })
  return values
}

async function run(args: Arguments): Promise<string> {
  if (args.help) return help
  if (args.version) return `${await ownVersion()}\n`
  const place = {
    ...(args.from === undefined ? {} : { from: args.from }),
    ...(args['cache-dir'] === undefined ? {} : { cacheDir: args['cache-dir'] }),
  }
  if (args.check) return describeCheck(await checkTfjsNode(place))
  const force = args.force ?? false
  return describeSetUp(await setUpTfjsNode({ ...place, force, onProgress: terminalProgress() }))
}

async function ownVersion(): Promise<string> {
  const packageJson: { version: string } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return packageJson.version
}

function describeCheck({ works, origin, packageDir, reason }: CheckReport): string {
  if (!works) process.exitCode = 1
  if (!works)
    return `tfjs-node does not work: ${reason}\nRun \`npx @hookloop/tfjs-node-setup\` to set it up.\n`
  const maker = origin === 'setUp' ? 'set up by tfjs-node-setup' : 'by its own install'
  return `tfjs-node works (${maker}): ${packageDir}\n`
}

function describeSetUp({
  outcome,
  tfjsNodeVersion,
  packageDir,
  movedAside,
  elapsedSeconds,
}: SetUpReport): string {
  const aside = movedAside.map((path) => `moved aside: ${path}\n`).join('')
  const done = outcome === 'setUp' ? ` after ${elapsedSeconds.toFixed(1)} s of set-up` : ' already'
  return `${aside}tfjs-node ${tfjsNodeVersion} works${done}: ${packageDir}\n`
}

function describeFailure(error: unknown): string {
  if (error instanceof TfjsNodeSetupError) return error.message
  if (error instanceof TypeError && 'code' in error) return `${error.message}\n\n${help}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function main(): Promise<void> {
  try {
    process.stdout.write(await run(readArguments()))
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${describeFailure(error)}\n`)
  }
}

void main()
