import { spawn } from 'node:child_process'

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end; `CI` is set so that nothing asks questions. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string | undefined>> },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      // Node warns when colours are both wanted and unwanted.
      env: { ...process.env, FORCE_COLOR: undefined, CI: 'true', NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** As {@link runCommand}; fails with everything that was printed unless the command ends with 0. */
export async function mustRun(...args: Parameters<typeof runCommand>): Promise<CommandResult> {
  const result = await runCommand(...args)
  if (result.code === 0) return result
  throw new Error(
    `${args[0]} ${args[1].join(' ')} ended with ${result.code}\n${result.stdout}\n${result.stderr}`,
  )
}
