import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mustRun, runCommand } from './run-command.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const cache =
  process.env.HOOKLOOP_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hookloop')

/** The binary of another Node version, from npm's package `node`, kept in the user's cache. */
async function nodeBinary(version: string): Promise<string> {
  const folder = join(cache, `node-${version}`)
  const binary = join(folder, 'node_modules', 'node', 'bin', 'node')
  const isThere = await access(binary).then(
    () => true,
    () => false,
  )
  if (isThere) return binary
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await mustRun('npm', ['install', `node@${version}`, '--no-audit', '--no-fund'], { cwd: folder })
  return binary
}

describe('the example on other versions of Node', () => {
  it.each(['22.23.3', '24.21.0'])(
    'trains on Node %s',
    async (version) => {
      const workDir = await mkdtemp(join(tmpdir(), 'digits-'))
      try {
        const binary = await nodeBinary(version)
        const main = join(root, 'examples', 'mnist', 'dist', 'main.js')
        const { code, stdout, stderr } = await runCommand(
          binary,
          [main, '--epochs', '1', '--work-dir', workDir],
          { cwd: root },
        )
        expect(stderr).not.toContain('Error')
        expect(code).toBe(0)
        expect(stdout).toContain('engine: tfjs-node')
        expect(Number(/test accuracy\s+([\d.]+) %/.exec(stdout)?.[1])).toBeGreaterThan(80)
      } finally {
        await rm(workDir, { recursive: true, force: true })
      }
    },
    300_000,
  )
})
