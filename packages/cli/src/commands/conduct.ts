import type { Runner } from '@hookloop/core'
import { CliError } from '../cli-error.js'
import { leftoverHints } from '../config/leftovers.js'
import type { Fields } from '../config/plain-object.js'
import { exitCodes, interruptedBy } from '../exit-code.js'
import type { LoadedConfig, LoadedProject } from '../project/load-project.js'
import { errorText, isCoded, reasonOf } from '../terminal/error-text.js'
import { note, printJson } from '../terminal/print.js'
import type { DataArguments } from './common.js'

/** How a run ended. */
export interface RunEnd {
  readonly outcome: 'ended' | 'interrupted' | 'failed'
  readonly error?: unknown
}

/** Tells what was imported, where somebody wants to know. */
export function noteImports({ core, imported }: LoadedProject, { verbose }: DataArguments): void {
  if (verbose !== true) return
  note(`@hookloop/core ${core.version}`)
  for (const { name, version, folder } of imported) note(`imported ${name} ${version} (${folder})`)
}

/** Makes the Runner of a config. @throws `HL_CONFIG` that lists all mistakes */
export function runnerOf({ core, leftovers }: LoadedConfig, config: Fields, { json }: DataArguments): Runner {
  try {
    return core.Runner.fromConfig(json === true ? { ...config, console: false } : config)
  } catch (error) {
    const hints = isCoded(error) ? leftoverHints(leftovers, error.message) : []
    if (!isCoded(error) || hints.length === 0) throw error
    throw new CliError('HL_CONFIG', [error.message, ...hints].join('\n'), { cause: error })
  }
}

/** Runs to the end, whichever it is. */
export async function endOf(run: () => Promise<unknown>): Promise<RunEnd> {
  try {
    await run()
    return { outcome: 'ended' }
  } catch (error) {
    return { outcome: isInterruption(error) ? 'interrupted' : 'failed', error }
  }
}

export function exitCodeOf({ outcome, error }: RunEnd): number {
  if (outcome === 'ended') return exitCodes.ok
  if (isInterruption(error)) return interruptedBy(error.reason)
  return isCoded(error) && error.code === 'HL_CONFIG' ? exitCodes.usage : exitCodes.failed
}

/** Says what a run ended with: where it failed on stderr, and as JSON all of it. */
export function tellEnd(runner: Runner, end: RunEnd, { json, verbose }: DataArguments, facts: Fields): void {
  if (end.outcome === 'failed') note(`error: ${errorText(end.error, verbose === true)}`)
  if (json !== true) return
  printJson({
    outcome: end.outcome,
    ...facts,
    workDir: runner.workDir,
    logDir: runner.logDir,
    ...(end.error === undefined ? {} : { error: describe(end.error) }),
  })
}

function isInterruption(error: unknown): error is Error & { readonly reason: string } {
  return (
    isCoded(error) && error.code === 'HL_INTERRUPTED' && 'reason' in error && typeof error.reason === 'string'
  )
}

function describe(error: unknown): Fields {
  return { ...(isCoded(error) ? { code: error.code } : {}), message: reasonOf(error) }
}
