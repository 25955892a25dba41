/** Where the caller of this function was called from outside of libraries, such as ` (src/my-hook.ts:12:30)`; or nothing. */
export function codePlace(): string {
  const frames = deepStack().split('\n').slice(3)
  const frame = frames.map(placeIn).find((place) => place !== undefined && !isLibrary(place))
  return frame === undefined ? '' : ` (${shortened(frame)})`
}

function placeIn(frame: string): string | undefined {
  return /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame.trim())?.[1]
}

function isLibrary(place: string): boolean {
  return place.startsWith('node:') || place.includes('/node_modules/') || place.includes(ownFolder)
}

/** The folder of the watches, which stand between a hook and what it calls. */
const ownFolder = new URL('.', import.meta.url).pathname

function shortened(place: string): string {
  const path = place.replace(/^file:\/\//, '')
  const folder = `${process.cwd()}/`
  return path.startsWith(folder) ? path.slice(folder.length) : path
}

/** What is made through a library lies deeper than the ten frames that V8 keeps otherwise. */
function deepStack(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 40
  try {
    return new Error().stack ?? ''
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
