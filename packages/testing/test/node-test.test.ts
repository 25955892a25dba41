import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const file = fileURLToPath(new URL('./fixtures/hooks.node-test.mjs', import.meta.url))

it("works in Node's own test runner, rejections that nobody hears of included", async () => {
  const run = promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file])
  const failure: unknown = await run.catch((error: unknown) => error)
  const output = String(Reflect.get(Object(failure), 'stdout'))
  expect(output).toMatch(/^ *ok 1 - a good hook$/m)
  expect(output).toMatch(/^ *not ok 2 - a bad hook$/m)
  expect(output).toContain('Careless breaks the hook contract in ')
  expect(output).toContain('a promise that afterTrainEpoch begins was rejected, and nobody heard of it')
  expect(output).toMatch(/^# fail 1$/m)
})
