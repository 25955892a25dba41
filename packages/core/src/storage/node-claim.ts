import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isProcessAlive } from './node-processes.js'
import type { Claim } from './storage.js'

/** The file in a folder that says who holds it. */
export const claimFileName = '.hookloop-run'

/** Claims a folder by a file in it that names this process; what a killed process left there does not count. */
export async function claimFolder(folder: string): Promise<Claim> {
  const path = join(folder, claimFileName)
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await created(path)) return { release: once(() => fs.rm(path, { force: true })) }
    const holder = await holderOf(path)
    if (holder !== undefined) return { holder }
    await fs.rm(path, { force: true })
  }
  return { holder: 'another process' }
}

/** By the second call the folder may be somebody else's. */
function once(release: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | undefined
  return () => {
    released ??= release()
    return released
  }
}

async function created(path: string): Promise<boolean> {
  try {
    await fs.writeFile(path, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Who holds the folder; undefined where that process is gone. */
async function holderOf(path: string): Promise<string | undefined> {
  const text = await fs.readFile(path, 'utf8').catch(() => '')
  const [, host, pid] = /^\{"host":"(.*)","pid":(\d+)\}$/.exec(text) ?? []
  if (host === undefined) return undefined
  if (host !== hostname()) return `process ${pid} on ${host}, if it still runs`
  if (Number(pid) === process.pid) return 'another Runner of this process'
  return isProcessAlive(Number(pid)) ? `process ${pid}` : undefined
}
