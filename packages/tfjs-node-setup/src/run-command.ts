import { spawn } from 'node:child_process'

/** How a command ended. */
export interface CommandResult {
  /** True if it ran and ended with exit code 0. */
  readonly succeeded: boolean
  /** Why it could not be started at all, such as `not found`. */
  readonly notStarted?: string
  /** Exit code or signal, in words. */
  readonly ending: string
  readonly stdout: string
  /** Standard output and error as they came, the last 32,000 characters. */
  readonly output: string
}

/** Settings of one command. */
export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Called with each piece of standard output as it comes. */
  readonly onStdout?: (text: string) => void
  /** Ends the command after so many milliseconds; default: never. */
  readonly timeout?: number
}

const keptCharacters = 32_000

/** Runs a command without a shell and without input, and waits for its end; it never throws. */
export function runCommand(
  command: string,
  args: readonly string[],
  { env, cwd, onStdout, timeout }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(timeout === undefined ? {} : { timeout }),
    })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-keptCharacters)
      output = (output + text).slice(-keptCharacters)
      onStdout?.(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptCharacters)
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      const notStarted = error.code === 'ENOENT' ? 'not found' : error.message
      resolve({ succeeded: false, notStarted, ending: notStarted, stdout, output })
    })
    child.once('close', (exitCode, signal) => {
      const ending = exitCode === null ? `ended by signal ${signal}` : `exit code ${exitCode}`
      resolve({ succeeded: exitCode === 0, ending, stdout, output })
    })
  })
}

/** The last lines of a command's output, for an error message. */
export function lastLines(output: string, count = 12): string {
  return output.trimEnd().split('\n').slice(-count).join('\n') || '(no output)'
}
