import { checkFilePath, checkNames, HookloopError, rootedPath } from '@hookloop/core'
import { temporaryFolder } from './temporary-files.js'

/** @throws `HL_STORAGE_WRITE` where a path has a name that no file or folder of a page can have */
export function checkPath(path: string): void {
  checkNames(path)
  if (path.includes('\\'))
    throw unwritable(path, 'browsers take no name with a backslash; folders are parted by /')
  if (`${rootedPath(path)}/`.startsWith(`/${temporaryFolder}/`))
    throw unwritable(path, 'files are kept in this folder until they are whole')
}

/** @throws `HL_STORAGE_WRITE` where no file can have such a path */
export function checkFile(path: string): void {
  checkPath(path)
  checkFilePath(path)
}

function unwritable(path: string, reason: string): HookloopError {
  return new HookloopError(
    'HL_STORAGE_WRITE',
    `${path} cannot be written to the page's private file system: ${reason}. Choose another name`,
  )
}
