/** What a worker may do with a file that nobody else has open: read and write without waiting. */
export interface SyncAccess {
  getSize(): number
  /** @returns how many bytes were written, which may be fewer than given when the page has no more room */
  write(bytes: Uint8Array, options?: { readonly at: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}

/** Workers only; missing in windows. */
export type SyncFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccess> }

/** Not yet in TypeScript's DOM library. Chromium 110, Firefox 111 and Safari 15.2 have it. */
export type MovableFile = FileSystemFileHandle & {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

/** Not in Safari before 26. */
export type WritableFile = FileSystemFileHandle & {
  createWritable(options?: FileSystemCreateWritableOptions): Promise<FileSystemWritableFileStream>
}

export function hasSyncAccess(file: FileSystemFileHandle): file is SyncFile {
  return 'createSyncAccessHandle' in file
}

export function isMovable(file: FileSystemFileHandle): file is MovableFile {
  return 'move' in file
}

export function isWritable(file: FileSystemFileHandle): file is WritableFile {
  return 'createWritable' in file
}
