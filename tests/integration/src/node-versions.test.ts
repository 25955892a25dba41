import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
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

/** Trains one epoch and gives the accuracy that the example prints, in percent. */
async function trainOn(binary: string): Promise<number> {
  const workDir = await mkdtemp(join(tmpdir(), 'digits-'))
  try {
    const main = join(root, 'examples', 'mnist', 'dist', 'main.js')
    const args = [main, '--epochs', '1', '--work-dir', workDir]
    const { code, stdout, stderr } = await runCommand(binary, args, { cwd: root })
    expect(stderr).not.toContain('Error')
    expect(code).toBe(0)
    expect(stdout).toContain('engine: tfjs-node')
    return Number(/test accuracy\s+([\d.]+) %/.exec(stdout)?.[1])
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

describe('the example on other versions of Node', () => {
  let accuracy: number
  beforeAll(async () => {
    accuracy = await trainOn(process.execPath)
    expect(accuracy).toBeGreaterThan(50)
  }, 300_000)

  it.each(['22.23.3', '24.21.0'])(
    'trains on Node %s to what it reaches here',
    async (version) => {
      expect(await trainOn(await nodeBinary(version))).toBe(accuracy)
    },
    300_000,
  )
})
