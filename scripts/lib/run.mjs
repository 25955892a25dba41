import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** pnpm is not asked for: npx brings this version. */
export const pnpm = ['npx', '-y', 'pnpm@12.21.0']

/** Nothing asks questions, phones home, or leaves a process behind. */
const quiet = { CI: 'true', NX_DAEMON: 'false', NX_TUI: 'false', NPM_CONFIG_UPDATE_NOTIFIER: 'false' }

/**
 * Runs a command to its end.
 * @param {string[]} command
 * @param {{ show?: boolean, env?: Record<string, string | undefined>, cwd?: string }} [options] show: print its output as it comes
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run([program, ...args], { show = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...quiet, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
