import { spawn } from 'node:child_process'

/** How a command ended, with all that it printed; `code` is undefined where there is no such program. */
export interface CommandResult {
  readonly code: number | undefined
  readonly output: string
}

/** Runs a program of the PATH to its end. */
export function runCommand(program: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    // npm and pnpm are scripts on Windows, which only a shell can start; nothing of `args` comes from outside.
    const child = spawn(program, [...args], {
      cwd,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    child.on('error', ({ message }) => resolve({ code: undefined, output: message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
