import { isAbsence } from './opfs-tree.js'
import { heldLocks } from './web-locks.js'

const pattern = /^(\..*~[0-9a-f]{12}\.tmp)(?:\.\d+)?(?:\.crswap)?$/

/** The name under which a file is written before it takes its place. */
export function temporaryNameOf(name: string): string {
  return `.${name}~${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}.tmp`
}

/** True for our own temporary files and for the copies that Chromium writes to until a stream is closed. */
export function isTemporary(name: string): boolean {
  return pattern.test(name) || name.endsWith('.crswap')
}

/** The lock that the writer of a temporary file holds while it lives. */
export function writerLock(name: string): string {
  return `hookloop writes ${name}`
}

/** Removes what tabs that were closed or killed have left half written in a folder; files of living ones stay. */
export async function sweepTemporaryFiles(folder: FileSystemDirectoryHandle): Promise<void> {
  const found: string[] = []
  for await (const name of folder.keys()) if (pattern.test(name)) found.push(name)
  // Asked after the names: a writer takes the lock before it makes the file.
  const held = found.length === 0 ? undefined : await heldLocks()
  if (held === undefined) return
  for (const name of found) {
    if (!held.has(writerLock(name.replace(pattern, '$1')))) await removeEntry(folder, name)
  }
}

/** Removes a file; nothing happens where there is none. */
export async function removeEntry(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name).catch((error: unknown) => {
    if (!isAbsence(error)) throw error
  })
}
