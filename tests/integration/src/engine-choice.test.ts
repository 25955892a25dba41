import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeBinary, otherNodes } from './other-node.js'
import { mustRun } from './run-command.js'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
const tfjs = '@tensorflow/tfjs'
const tfjsNode = '@tensorflow/tfjs-node'

/** What a Runner of its own process chooses and warns of, after `loaded` was done. */
async function choiceAfter(loaded: readonly string[], node = process.execPath) {
  const { stdout } = await mustRun(node, ['engine-choice.mjs', ...loaded], { cwd: fixtures })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

describe('the engine of a Runner that was told nothing', () => {
  const native = { engine: 'tfjs-node', warnings: [], metrics: { 'accuracy/top1': 0.5 } }

  it.each([[[]], [[tfjs]], [[tfjsNode]], [[tfjs, tfjsNode, 'tensor']]])(
    'is tfjs-node after %j',
    async (loaded) => {
      expect(await choiceAfter(loaded)).toEqual(native)
    },
  )

  it('is what was in use before, with a warning that says how to be faster', async () => {
    const { engine, warnings } = await choiceAfter([tfjs, 'tensor'])
    expect(engine).toBe('cpu')
    expect(warnings).toEqual([
      expect.stringMatching(/very slow.*was not loaded in time.*engine: 'tfjs-node'/),
    ])
  })

  it.each(otherNodes)(
    'works on Node %s when the user loaded tfjs-node',
    async (version) => {
      expect(await choiceAfter([tfjsNode, 'tensor'], await nodeBinary(version))).toEqual(native)
    },
    300_000,
  )
})
