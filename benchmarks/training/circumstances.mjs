import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'
import { run } from '../../scripts/lib/run.mjs'
import { isInstalled, peers, pythonOf } from './peers.mjs'

const require = createRequire(import.meta.url)

/** What belongs to the numbers: command, machine, versions. */
export async function circumstances() {
  const args = process.argv.slice(2)
  const [first] = cpus()
  const load = loadavg()[0].toFixed(1)
  return {
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    machine: [
      `${cpus().length} cores, ${first?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB; load at the start ${load}`,
    ],
    versions: { node: nodeVersions(), ...(await peerVersions()) },
  }
}

function nodeVersions() {
  const names = ['@hookloop/core', '@hookloop/compile', '@tensorflow/tfjs-node']
  const versions = names.map((name) => {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'))
    return `${name} ${version}`
  })
  return [`Node ${process.versions.node}`, ...versions].join(', ')
}

async function peerVersions() {
  const versions = {}
  for (const name of Object.keys(peers)) {
    if (!isInstalled(name)) continue
    const packages = peers[name].requirements.map((text) => text.split(/[=<]/)[0])
    const code = `import importlib.metadata as m; print(', '.join(p + ' ' + m.version(p) for p in ${JSON.stringify(packages)}))`
    versions[name] = (await run([pythonOf(name), '-c', code])).output.trim()
  }
  return versions
}
