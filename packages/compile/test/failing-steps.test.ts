import { MemoryStorage } from '@hookloop/core'
import { CheckpointHook } from '@hookloop/hook-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { failedStep } from '../src/step/repeated-graph.js'
import { Embedding, embeddingTask, Watched } from './embedding.js'
import { optim, type Task } from './task.js'
import { train } from './train-both-ways.js'
import { trainInCalls } from './train-in-calls.js'

describe('a step that TensorFlow refuses', () => {
  const models: [name: string, model: NonNullable<Task['model']>][] = [
    ['what the loss is made of', () => new Embedding()],
    ['what is only logged', () => new Watched()],
  ]
  const wrappers: [name: string, options: Task['options']][] = [
    ['Adam', optim({ type: 'Adam', lr: 0.01 })],
    ['SGD, any loss', optim({ type: 'SGD', lr: 0.1, momentum: 0.9 }, { nonFiniteLoss: 'ignore' })],
  ]
  const places = [0, 1, 7, 8, 12]
  const cases = models.flatMap(([name, model]) =>
    wrappers.flatMap(([optimizer, options]) =>
      places.map((iteration) => ({ name, optimizer, iteration, model, options })),
    ),
  )

  it.each(cases)('$name, $optimizer, iteration $iteration: as with single steps', async (one) => {
    const { iteration, model, options = {} } = one
    const task = embeddingTask(4 * iteration + 2, { model, options })
    const { error, position, scalars } = await expectSameRefusal(task)
    expect(position).toMatchObject({ iter: iteration })
    expect(scalars['train/loss'] ?? []).toHaveLength(iteration)
    expect(error).toContain(`trainStep failed at epoch 0, iteration ${iteration}, on the batch {`)
    expect(error).toContain('HL_STEP_FAILED')
    expect(error).toMatch(/9 is not in \[0, 4\]/)
  })

  it('says what the eager step says', async () => {
    const errorOf = (compile: boolean) =>
      train(embeddingTask(30), compile).catch((error: Error) => error.message)
    expect(await errorOf(true)).toBe(await errorOf(false))
  })

  it('leaves a checkpoint from which training goes on once the data are mended', async () => {
    const hooks = () => [new CheckpointHook({})]
    const whole = await trainInCalls(embeddingTask(undefined, { hooks }), 1)
    for (const stepsPerCall of [1, 8]) {
      const storage = new MemoryStorage()
      const failed = await trainInCalls(embeddingTask(30, { hooks, options: { storage } }), stepsPerCall)
      expect(failed.error).toContain('iteration 7')
      const resumed = await trainInCalls(
        embeddingTask(undefined, { hooks, options: { storage, resume: true } }),
        stepsPerCall,
      )
      expect(resumed.error).toBeUndefined()
      expect(resumed.weights).toEqual(whole.weights)
      expect(resumed.scalars).toEqual(whole.scalars)
    }
  })
})

/** Where the end comes in an early step, no call need have been of eight. */
async function expectSameRefusal(task: Task) {
  const { numTensors } = tf.memory()
  const { report: _, log: __, ...one } = await trainInCalls(task, 1)
  const { report: ___, log: ____, ...several } = await trainInCalls(task, 8)
  expect(several).toEqual(one)
  expect(tf.memory().numTensors).toBe(numTensors)
  return several
}

describe('which step of a call has failed', () => {
  const checks = new Set(['n12', 'g0'])
  it.each([
    ['indices[2] = 9 is not in [0, 5)\n\t [[{{node n12.4}}]]', 4],
    ['indices[2] = 9 is not in [0, 5)\n\t [[{{node n12}}]]', 0],
    ['{{function_node x}} hookloop: the loss is not finite in step 3 : Tensor had NaN', 3],
    ['OOM when allocating tensor with shape[9]\n\t [[{{node n13.4}}]]', undefined],
    ['out of memory', undefined],
  ])('%s', (message, step) => {
    expect(failedStep(new Error(message), checks)).toBe(step)
  })
})
