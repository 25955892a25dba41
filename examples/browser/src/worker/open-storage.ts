import { hasCode, MemoryStorage, type Storage } from '@hookloop/core'
import { OpfsStorage } from '@hookloop/storage-web'

/** Where a page keeps a run. */
export interface RunStorage {
  readonly storage: Storage
  /** Why nothing outlives the page; undefined where its files do. */
  readonly forgets?: string
  /** Removes the folders in the work dir, which hold the logs of its runs; storages remove files only. */
  removeLogs(workDir: string): Promise<void>
}

/** The page's private files, or memory in a page that has none. */
export async function openStorage(workDir: string): Promise<RunStorage> {
  const storage = new OpfsStorage()
  try {
    await storage.makeFolder(workDir)
    return { storage, removeLogs: removeFoldersIn }
  } catch (error) {
    if (!hasCode(error, 'HL_STORAGE_UNAVAILABLE')) throw error
    return { storage: new MemoryStorage(), forgets: error.message, removeLogs: async () => undefined }
  }
}

async function removeFoldersIn(path: string): Promise<void> {
  let folder = await navigator.storage.getDirectory()
  for (const name of path.split('/').filter(Boolean)) folder = await folder.getDirectoryHandle(name)
  for await (const [name, { kind }] of folder.entries())
    if (kind === 'directory') await folder.removeEntry(name, { recursive: true })
}
