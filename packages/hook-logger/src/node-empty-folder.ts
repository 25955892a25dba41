import { rmdir } from 'node:fs/promises'
import type { RemoveEmptyFolder } from './empty-folder.js'

/** A folder that holds something, or must not be removed, stays: nothing hangs on it. */
export const removeEmptyFolder: RemoveEmptyFolder = (path) => rmdir(path).catch(() => undefined)
