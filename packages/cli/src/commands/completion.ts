import type { Command } from 'commander'
import { CliError } from '../cli-error.js'
import { exitCodes } from '../exit-code.js'
import { completionScripts, isShell, shells } from '../terminal/completion-script.js'
import { print } from '../terminal/print.js'

/** `hookloop completion`. @returns the exit code @throws CliError `HL_CLI_SHELL` for other shells */
export async function completion(shell: string, program: Command): Promise<number> {
  if (!isShell(shell))
    throw new CliError(
      'HL_CLI_SHELL',
      `there is no completion for '${shell}'; there is for ${shells.join(', ')}`,
    )
  print(completionScripts[shell](program))
  return exitCodes.ok
}
