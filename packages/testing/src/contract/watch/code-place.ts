import { hasCode, priorityNumber } from '@hookloop/core'

/** Where code of the hook called this function, by whatever ways, such as ` (src/my-hook.ts:12:30)`; or nothing. */
export function codePlace(): string {
  const place = placesIn(stack(deep)).find((candidate) => !isLibrary(candidate))
  return place === undefined ? '' : shown(place)
}

/**
 * As {@link codePlace}, for a function that the hook's code called itself: one of its own that has just begun, or one of a library.
 * Undefined for what libraries do among themselves.
 */
export function ownCode(): string | undefined {
  const [begun, caller] = placesIn(stack(shallow))
  const place = [begun, caller].find((candidate) => candidate !== undefined && !isLibrary(candidate))
  return place === undefined ? undefined : shown(place)
}

/** What is made through a library lies deeper than the ten frames that V8 keeps otherwise. */
const deep = 40
const shallow = 8

function stack(depth: number): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = depth
  try {
    return new Error().stack ?? ''
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The files of a stack with lines and columns, without Node's own and those of the watches. */
function placesIn(text: string): string[] {
  return text
    .split('\n')
    .filter((frame) => !frame.includes('node:'))
    .flatMap((frame) => /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame.trim())?.[1] ?? [])
    .filter((place) => !place.includes(ownFolder))
}

function isLibrary(place: string): boolean {
  return place.includes('/node_modules/') || place.includes(coreFolder) || place.includes(companyFolder)
}

/** The folder of the watches, which stand between a hook and what it calls. */
const ownFolder = new URL('.', import.meta.url).pathname
const companyFolder = new URL('../company/', import.meta.url).pathname

/** Core lies outside of `node_modules` where a workspace links it; its own errors tell where. */
const coreFolder = folderOfCore()

function folderOfCore(): string {
  try {
    priorityNumber(Number.NaN)
  } catch (error) {
    const place = hasCode(error) ? placesIn(error.stack ?? '')[0] : undefined
    const folder =
      place === undefined ? undefined : /^(?:file:\/\/)?(.*\/)hook\/priority\.\w+:/.exec(place)?.[1]
    if (folder !== undefined) return folder
  }
  return '/@hookloop/core/'
}

function shown(place: string): string {
  const path = place.replace(/^file:\/\//, '')
  const folder = `${process.cwd()}/`
  return ` (${path.startsWith(folder) ? path.slice(folder.length) : path})`
}
