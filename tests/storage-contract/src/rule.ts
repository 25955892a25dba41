import { hasCode, type Storage } from '@hookloop/core'

/** One promise of a store. It needs no test library, so that it can be observed in a page, too. */
export interface Rule {
  readonly name: string
  /**
   * Tries the store, and tells in plain values what came of it.
   * @param folder a folder of the store that is not there yet
   */
  observe(storage: Storage, folder: string): Promise<unknown>
  readonly expected: unknown
}

/** What an attempt came to: `done`, or the code of its error. */
export async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'done'
  } catch (error) {
    return hasCode(error) ? error.code : `not told on purpose: ${String(error)}`
  }
}

export function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The text of a file; undefined where it cannot be read. */
export async function textOf(storage: Storage, path: string): Promise<string | undefined> {
  const bytes = await storage.read(path).catch(() => undefined)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

/** Names of the files of a folder; their order is the store's own. */
export async function sortedList(storage: Storage, folder: string): Promise<string[]> {
  return (await storage.list(folder)).sort()
}

export function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)]
}
