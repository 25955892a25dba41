/** Removes a folder where it is empty; core's storages know files only. */
export type RemoveEmptyFolder = (path: string) => Promise<void>
