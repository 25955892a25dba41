import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect, stripVTControlCharacters } from 'node:util'

/** Of this program; what is thrown there tells nobody where their mistake is. */
const commandFolder = fileURLToPath(new URL('..', import.meta.url))

/** An error that says what to do; its stack tells nothing more. */
export interface CodedError extends Error {
  readonly code: string
}

/** True for errors of hookloop, whichever copy of which package made them. */
export function isCoded(error: unknown): error is CodedError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('HL_')
  )
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * An error as a person should see it: of ours the text alone, with the place in the user's own files where one of theirs is
 * behind it; of others all of it. @param isVerbose all of it in any case
 */
export function errorText(error: unknown, isVerbose: boolean): string {
  if (isVerbose) return inspect(error)
  if (!isCoded(error)) return error instanceof Error ? (error.stack ?? error.message) : inspect(error)
  const place = ownPlace(error)
  return place === undefined
    ? error.message
    : `${error.message}\n  at ${place} (--verbose shows the whole stack)`
}

/** Where in the user's files the innermost error that has no code of ours was thrown. */
function ownPlace(error: Error): string | undefined {
  const root = rootOf(error)
  if (isCoded(root) || !(root instanceof Error)) return undefined
  const frames = (root.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const own = frames.find(
    (line) => !/node:|node_modules|\(<anonymous>\)|\(native\)/.test(line) && !line.includes(commandFolder),
  )
  const place = own?.match(/(?:\(|at (?:async )?)((?:file:\/\/)?[^()]*:\d+:\d+)\)?$/)?.[1]
  return place === undefined ? undefined : shortened(place)
}

function rootOf(error: Error): unknown {
  return error.cause instanceof Error ? rootOf(error.cause) : error
}

function shortened(place: string): string {
  const [, file = '', position = ''] = /^(.*?)(:\d+:\d+)$/.exec(place) ?? []
  const path = file.startsWith('file://') ? fileURLToPath(file) : file
  const short = relative(process.cwd(), path)
  return stripVTControlCharacters(`${short.startsWith('..') ? path : short}${position}`)
}
