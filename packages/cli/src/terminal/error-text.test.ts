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

it('what the user wrote is named where it is behind an error of ours', () => {
  const text = errorText(thrown(new TypeError('no such digit')), false)
  expect(text).toMatch(
    /^it could not be loaded \(HL_CLI_CONFIG_LOAD\)\n {2}at \S*error-text\.test\.ts:\d+:\d+ \(--verbose/,
  )
  expect(errorText(thrown(thrown()), false)).not.toContain('\n')
})

it('knows errors by their code, whoever made them', () => {
  expect(isCoded(Object.assign(new Error(''), { code: 'HL_X' }))).toBe(true)
  expect(isCoded(Object.assign(new Error(''), { code: 'ENOENT' }))).toBe(false)
  expect(isCoded({ code: 'HL_X' })).toBe(false)
})
