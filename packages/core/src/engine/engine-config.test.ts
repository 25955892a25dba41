import { afterEach, expect, it } from 'vitest'
import { checkRunnerOptions } from '../runner/check-runner-options.js'
import { useEngine } from './use-engine.js'

const environment = { ...process.env }
afterEach(() => {
  expect(process.env).toEqual(environment)
})

/** The mistakes that a Runner finds in its option `engine`. */
function mistakes(engine: unknown): string[] {
  try {
    checkRunnerOptions({ model: () => undefined, workDir: 'run', engine })
    return []
  } catch (error) {
    return String(error).split('\n').slice(1)
  }
}

it.each([
  'tfjs-node',
  { name: 'tfjs-node' },
  { name: 'tfjs-node', intraOpThreads: 1, interOpThreads: 2, oneDnn: false, xla: true },
  { name: 'tfjs-node', settings: 'auto', oneDnn: true },
])('takes %j', (engine) => {
  expect(mistakes(engine)).toEqual([])
})

it.each([
  [
    { name: 'wasm', oneDnn: true },
    ["engine.name: is 'wasm', but must be 'tfjs-node', the engine that has settings (HL_CONFIG_VALUE)"],
  ],
  [
    { intraOpThreads: 1 },
    ["engine.name: is missing; it must be 'tfjs-node', the engine that has settings (HL_CONFIG_MISSING)"],
  ],
  [
    { name: 'tfjs-node', intraOpThreads: 0, interOpThreads: 1.5, oneDnn: 'off' },
    [
      'engine.intraOpThreads: is 0, but must be a whole number from 1 to 1024, such as 1 (HL_CONFIG_VALUE)',
      'engine.interOpThreads: is 1.5, but must be a whole number from 1 to 1024, such as 2 (HL_CONFIG_VALUE)',
      "engine.oneDnn: is 'off', but must be true or false (HL_CONFIG_VALUE)",
    ],
  ],
  [
    { name: 'tfjs-node', interOpThreads: 100_000 },
    [
      'engine.interOpThreads: is 100000, but must be a whole number from 1 to 1024, such as 2 (HL_CONFIG_VALUE)',
    ],
  ],
  [
    { name: 'tfjs-node', intraOpThread: 1 },
    [
      "engine.intraOpThread: is not an option. Did you mean 'intraOpThreads' or 'interOpThreads'? (HL_CONFIG_UNKNOWN_KEY)",
    ],
  ],
  [
    { name: 'tfjs-node', settings: 'fastest' },
    ["engine.settings: is 'fastest', but must be 'auto', or left out (HL_CONFIG_VALUE)"],
  ],
])('says what is wrong with %j', (engine, lines) => {
  expect(mistakes(engine).map((line) => line.trim())).toEqual(lines)
})

it('names what may be there for what is no engine at all', () => {
  expect(mistakes('webgpu')[0]).toMatch(
    /engine: is 'webgpu', but must be 'auto', 'tfjs-node', .*a config such as/,
  )
})

it('refuses settings of useEngine in the same way', async () => {
  await expect(useEngine('tfjs-node', { intraOpThreads: -1 })).rejects.toMatchObject({
    code: 'HL_CONFIG',
    message: expect.stringContaining(
      'engine.intraOpThreads: is -1, but must be a whole number from 1 to 1024',
    ),
  })
})

it('refuses another name among the settings', async () => {
  const settings: object = { name: 'wasm' }
  await expect(useEngine('tfjs-node', settings)).rejects.toMatchObject({ code: 'HL_CONFIG' })
})

it('has settings for tfjs-node alone', async () => {
  await expect(useEngine('wasm', { intraOpThreads: 1 })).rejects.toMatchObject({
    code: 'HL_CONFIG',
    message: expect.stringContaining("engine: is 'wasm', but settings are for 'tfjs-node' alone"),
  })
})
