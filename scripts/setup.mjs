// Everything that a fresh clone needs before it can train or be tested. Uses nothing but Node itself.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pnpm, root, run } from './lib/run.mjs'
import { isDone, markDone, stateOf } from './lib/stamp.mjs'

const isManifest = (path) => /(^|\/)(package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/.test(path)
const isSource = (path) =>
  /^(packages|examples)\/[^/]+\/(src\/|package\.json|tsconfig)/.test(path) ||
  /^(tsconfig\.base|nx)\.json$/.test(path)

/**
 * Does what is not done yet; a second call takes a moment. Ends the process with a message when a step fails.
 * @param {{ native?: boolean }} [options] native: also native TensorFlow, which pages have no use for
 */
export async function setUp({ native = true } = {}) {
  checkNode()
  const manifests = stateOf(isManifest)
  if (!isDone('install', manifests) || !existsSync(join(root, 'node_modules', '.modules.yaml'))) {
    await step('installing dependencies', [...pnpm, 'install', '--frozen-lockfile'])
    markDone('install', manifests)
  }
  const sources = stateOf(isSource)
  if (!isDone('build', sources) || !existsSync(join(root, 'packages', 'core', 'dist', 'index.js'))) {
    await step('building the packages', [
      ...pnpm,
      'exec',
      'nx',
      'run-many',
      '-t',
      'build',
      // A page is bundled by its tests, and not at all when it is served for development.
      '--exclude=@hookloop-examples/browser',
      '--outputStyle=static',
    ])
    markDone('build', sources)
  }
  if (native) await setUpTensorFlow()
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `hookloop needs Node 20.19 or later, but this is ${process.version}. Install a newer one from nodejs.org.`,
  )
}

/** @param {string} title @param {string[]} command */
async function step(title, command) {
  const begin = Date.now()
  process.stdout.write(`${title} …\n`)
  const { code, output } = await run(command)
  if (code !== 0) fail(`${output}\n${title} failed with code ${code}: ${command.join(' ')}`)
  process.stdout.write(`${title}: done in ${((Date.now() - begin) / 1000).toFixed(0)} s\n`)
}

/** Native TensorFlow where it can be had; whoever trains takes what there is. */
async function setUpTensorFlow() {
  const { checkTfjsNode, setUpTfjsNode, terminalProgress } = await import(
    pathToFileURL(join(root, 'packages/tfjs-node-setup/dist/index.js')).href
  )
  if ((await checkTfjsNode({ from: root })).works) return
  const begin = Date.now()
  process.stdout.write('native TensorFlow …\n')
  try {
    await setUpTfjsNode({ from: root, onProgress: terminalProgress(process.stdout) })
    process.stdout.write(`native TensorFlow: done in ${((Date.now() - begin) / 1000).toFixed(0)} s\n`)
  } catch (error) {
    const reasons = error.problems?.map(({ summary }) => summary) ?? [String(error.message ?? error)]
    process.stdout.write(
      `native TensorFlow: cannot be had here (${reasons.join(' ')}); going on with WebAssembly, which npm brings\n`,
    )
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

if (process.argv[1] === import.meta.filename) await setUp()
