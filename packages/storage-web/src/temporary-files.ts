import { heldLocks } from './web-locks.js'

/** The folder below the root where files are written before they take their places. */
export const temporaryFolder = '.hookloop'

/** The lock that the writer of a temporary file holds while it lives. */
export function writerLock(name: string): string {
  return `hookloop writes ${name}`
}

/** Removes what tabs that were closed or killed have left half written; files of living ones stay. */
export async function sweepTemporaryFiles(folder: FileSystemDirectoryHandle): Promise<void> {
  const found: string[] = []
  for await (const name of folder.keys()) found.push(name)
  if (found.length === 0) return
  // Asked after the names: a writer takes the lock before it makes the file.
  const held = await heldLocks()
  for (const name of found) {
    // Chromium writes a stream to a copy, whose name goes on after a dot.
    const [own = name] = name.split('.')
    if (!held.has(writerLock(own))) await removeLeftover(folder, name)
  }
}

/** What cannot be removed, because the browser is not done with its writer yet, does no harm: the next sweep finds it. */
export async function removeLeftover(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name).catch(() => undefined)
}
