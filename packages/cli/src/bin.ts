#!/usr/bin/env node
import { CommanderError } from 'commander'
import { CliError } from './cli-error.js'
import { exitCodes } from './exit-code.js'
import { hookloopProgram } from './program.js'
import { errorText, isCoded } from './terminal/error-text.js'
import { ignoreClosedPipes, note } from './terminal/print.js'

async function main(args: readonly string[]): Promise<void> {
  ignoreClosedPipes()
  try {
    await hookloopProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = tell(error, args.includes('--verbose'))
  }
}

/** @returns the exit code */
function tell(error: unknown, isVerbose: boolean): number {
  // Commander has told it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  note(`error: ${errorText(error, isVerbose)}`)
  return error instanceof CliError || isCoded(error) ? exitCodes.usage : exitCodes.failed
}

void main(process.argv.slice(2))
