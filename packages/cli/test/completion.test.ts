import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { hookloopProgram } from '../src/program.js'
import { completionScripts, type Shell } from '../src/terminal/completion-script.js'

const run = promisify(execFile)

/** What a shell says to a program of its own; undefined where the shell is not installed. */
async function shellSays(shell: Shell, args: readonly string[]): Promise<string[] | undefined> {
  try {
    return (await run(shell, [...args])).stdout.trim().split(/\s+/)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const script = (shell: Shell) => completionScripts[shell](hookloopProgram())

it.each([
  ['tra', ['train']],
  ['ckpt ', ['show', 'diff', 'verify', 'help', '--help']],
  ['ckpt show --j', ['--json']],
  ['train config.ts --fast', ['--fast-dev-run']],
  ['completion z', ['zsh']],
  // Nothing of ours: bash offers files.
  ['train conf', ['']],
])('bash completes `hookloop %s`', async (line, words) => {
  const typed = ['hookloop', ...line.split(' ')]
  const program = `${script('bash')}
COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}
_hookloop; echo "\${COMPREPLY[*]}"`
  expect(await shellSays('bash', ['--norc', '-c', program])).toEqual(words)
})

it('fish completes commands, options with what they do, and files', async (context) => {
  const program = `${script('fish')}\ncomplete -C 'hookloop ckpt v'; complete -C 'hookloop train --am'; complete -C 'hookloop tra'`
  const said = await shellSays('fish', ['--no-config', '-c', program])
  if (said === undefined) return context.skip('fish is not installed')
  expect(said).toEqual(expect.arrayContaining(['verify', '--amp', 'train']))
})

it('zsh takes the script', async (context) => {
  const said = await shellSays('zsh', [
    '-f',
    '-c',
    `compdef() { echo "$@" }\n${script('zsh')}\nwhence -w _hookloop`,
  ])
  if (said === undefined) return context.skip('zsh is not installed')
  expect(said).toEqual(['_hookloop', 'hookloop', '_hookloop:', 'function'])
})
