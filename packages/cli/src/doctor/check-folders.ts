import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { cacheDir } from '@hookloop/tfjs-node-setup'
import { foldersUp } from '../project/find-package.js'
import { reasonOf } from '../terminal/error-text.js'
import type { Finding } from './finding.js'

/** Whether the work dir and the cache folder can be written to; nothing is made. */
export async function checkFolders(workDir: string): Promise<Finding[]> {
  return [
    await checkFolder('work dir', resolve(workDir), 'give another one with --work-dir, or change its rights'),
    await checkFolder('cache', cachePlace(), 'set HOOKLOOP_CACHE_DIR to a folder that you may write to'),
  ]
}

function cachePlace(): string | Error {
  try {
    return cacheDir()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function checkFolder(topic: string, place: string | Error, remedy: string): Promise<Finding> {
  if (place instanceof Error)
    return { topic, status: 'warning', text: place.message.split('\n')[0] ?? '', remedy }
  const complaint = await complaintOf(place)
  if (complaint === undefined) return { topic, status: 'ok', text: `${place} can be written to` }
  return { topic, status: 'problem', text: `${place} cannot be written to: ${complaint}`, remedy }
}

/** A folder that is not there yet is made in the nearest one that is. */
async function complaintOf(place: string): Promise<string | undefined> {
  for (const folder of foldersUp(place)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK)
      return undefined
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isAbsent || dirname(folder) === folder) return reasonOf(error)
    }
  }
  return undefined
}
