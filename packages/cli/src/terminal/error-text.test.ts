import { expect, it } from 'vitest'
import { CliError } from '../cli-error.js'
import { errorText, isCoded } from './error-text.js'

function thrown(cause?: unknown): CliError {
  return new CliError('HL_CLI_CONFIG_LOAD', 'it could not be loaded', { cause })
}

it('errors of ours are their text, others all of it', () => {
  expect(errorText(thrown(), false)).toBe('it could not be loaded (HL_CLI_CONFIG_LOAD)')
  expect(errorText(thrown(), true)).toMatch(/\n +at .*error-text\.test/)
  expect(errorText(new TypeError('odd'), false)).toMatch(/^TypeError: odd\n +at /)
  expect(errorText('text', false)).toBe("'text'")
})

it('names the place in the user’s files where one of theirs is behind an error of ours', () => {
  const cause = new TypeError('no such digit')
  cause.stack = [
    'TypeError: no such digit',
    '    at Array.map (<anonymous>)',
    '    at node:internal/modules/run_main:1:1',
    '    at step (/app/node_modules/@hookloop/core/dist/loop/step.js:3:1)',
    `    at exportOf (${new URL('../config/read-config-file.js', import.meta.url).href}:35:67)`,
    `    at async digits (file://${process.cwd()}/configs/my%20digits.ts:4:9)`,
    '    at main (/app/main.ts:1:1)',
  ].join('\n')
  expect(errorText(thrown(thrown(cause)), false)).toBe(
    'it could not be loaded (HL_CLI_CONFIG_LOAD)\n  at configs/my digits.ts:4:9 (--verbose shows the whole stack)',
  )
  cause.stack = 'TypeError: no such digit'
  expect(errorText(thrown(cause), false)).not.toContain('\n')
})

it('knows errors by their code, whoever made them', () => {
  expect(isCoded(Object.assign(new Error(''), { code: 'HL_X' }))).toBe(true)
  expect(isCoded(Object.assign(new Error(''), { code: 'ENOENT' }))).toBe(false)
  expect(isCoded({ code: 'HL_X' })).toBe(false)
})
