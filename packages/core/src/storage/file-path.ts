import { HookloopError } from '../errors/hookloop-error.js'

const maxNameBytes = 255

/** Whether a path may be that of a file: it ends in a name, not in a slash, `.` or `..`. */
export function isFilePath(path: string): boolean {
  return !/(?:^|[/])\.{0,2}$/.test(path)
}

/**
 * Refuses a path that ends in no name, which no file can have in any store.
 * @throws `HL_STORAGE_WRITE`
 */
export function checkFilePath(path: string): void {
  if (!isFilePath(path)) throw unwritable(path, 'it does not end in the name of a file')
}

/**
 * For stores that would take any name: those that no file system takes are errors there, too.
 * @throws `HL_STORAGE_WRITE`
 */
export function checkNames(path: string): void {
  if (path.includes('\0')) throw unwritable(path, 'names hold no NUL character')
  for (const name of path.split('/')) {
    const { length } = new TextEncoder().encode(name)
    if (length > maxNameBytes)
      throw unwritable(path, `a name of ${length} bytes is too long; ${maxNameBytes} are allowed`)
  }
}

function unwritable(path: string, reason: string): HookloopError {
  return new HookloopError(
    'HL_STORAGE_WRITE',
    `${JSON.stringify(path)} cannot be written: ${reason}. Choose another name`,
  )
}
