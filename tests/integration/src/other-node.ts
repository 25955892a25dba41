import { access, mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './run-command.js'

/** The versions of Node that are supported besides the one that runs the tests. */
export const otherNodes = ['22.23.3', '24.21.0'] as const

/** The binary of another Node version, from npm's package `node`, kept in the user's cache. */
export async function nodeBinary(version: string): Promise<string> {
  const folder = join(cacheFolder(), `node-${version}`)
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

function cacheFolder(): string {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  return HOOKLOOP_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hookloop')
}
