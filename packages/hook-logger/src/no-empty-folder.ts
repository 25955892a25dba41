import type { RemoveEmptyFolder } from './empty-folder.js'

/** Outside of Node folders are no more than parts of the names of files. */
export const removeEmptyFolder: RemoveEmptyFolder = async () => undefined
