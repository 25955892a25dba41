import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** What a command printed and ended with. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Sends a signal, once, when something has been printed. */
  readonly interrupt?: { readonly at: RegExp; readonly by: NodeJS.Signals }
}

/** Runs the real command in a process of its own, in a folder. */
export function runHookloop(
  folder: string,
  args: readonly string[],
  { interrupt }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    // What npm and pnpm tell the programs that they start is not for this one.
    env: { ...process.env, NO_COLOR: '1', npm_command: undefined, NODE_PATH: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A training that nobody stops must not outlive its test.
    timeout: 50_000,
  })
  let stdout = ''
  let stderr = ''
  let isInterrupted = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (isInterrupted || interrupt?.at.test(stdout) !== true) return
    isInterrupted = child.kill(interrupt.by)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
