import { readFile } from 'node:fs/promises'
import { ArrayDataset, type EvaluatorConfig } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { LargestError } from './largest-error.js'

const dataset = new ArrayDataset({
  x: { values: Float32Array.of(1, 2, 3), shape: [1] },
  y: { values: Float32Array.of(1, 4.5, 3.5), shape: [1] },
})

/** The metrics of a net that gives x for x. */
const validated = (valEvaluator: EvaluatorConfig) =>
  withRunner({ valDataloader: { dataset, batchSize: 2 }, valEvaluator }, (runner) => runner.val())

describe('a metric of your own', () => {
  it('is in the README as it is here', async () => {
    const [readme, own] = await Promise.all(
      ['../README.md', 'largest-error.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
    )
    expect(readme).toContain(`\`\`\`ts\n${own}\`\`\``)
  })

  it('runs by its name and as an object, and leaves no tensor', async () => {
    const before = tf.memory().numTensors
    const wanted = { largest_error: 2.5 }
    expect(await validated({ type: 'LargestError', labels: 'y' })).toEqual(wanted)
    const own = await validated([
      new LargestError({ labels: 'y', prefix: 'a' }),
      new LargestError({ labels: 'x' }),
    ])
    expect(own).toEqual({ 'a/largest_error': 2.5, largest_error: 0 })
    // Each run has a weight and a buffer that stay their model's.
    expect(tf.memory().numTensors).toBe(before + 4)
  })
})
