import { expect, it } from 'vitest'
import { measureSettings } from './node-measure-settings.js'

it('does not run the tests again', async () => {
  const lines: string[] = []
  const measured = await measureSettings({ name: 'tfjs-node', settings: 'auto' }, (line) => lines.push(line))
  expect(measured).toEqual({
    settings: {},
    warning: expect.stringContaining(
      'could not be measured, so that nothing is changed: a test runner is no program',
    ),
  })
  expect(lines).toEqual([])
})
