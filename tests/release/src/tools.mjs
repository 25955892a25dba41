import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './must-run.mjs'

// Later Verdaccios want Node 22. One of its dependencies asks for a tag of node-fetch that mirrors lack.
const manifest = {
  private: true,
  dependencies: { verdaccio: '6.8.0', publint: '0.3.25', '@arethetypeswrong/cli': '0.18.5' },
  overrides: { 'node-fetch': '2.7.0' },
}

/**
 * The folder with a registry and the linters of packages, installed in the user's cache the first time: too large to be
 * installed by everybody who works on something else.
 */
export async function releaseTools() {
  const folder = join(cacheFolder(), `release-tools-${shortHash(JSON.stringify(manifest))}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.partial-${process.pid}`
  try {
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, 'package.json'), JSON.stringify(manifest))
    await mustRun(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: partial })
    // Another process may have been first.
    await rename(partial, folder).catch(() => undefined)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return folder
}

function cacheFolder() {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  return HOOKLOOP_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookloop')
}

/** @param {string} text */
function shortHash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
