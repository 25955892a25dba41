import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hook, Random, useEngine } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCommandLine } from './command-line.js'
import { confusionTable } from './confusion-table.js'
import { digitRunner } from './digit-runner.js'
import type { Digits } from './digits.js'
import { loadDigits } from './load-digits.js'
import { writeReport } from './report.js'
import { ShiftedDigits } from './shifted-digits.js'

let digits: Digits
beforeAll(async () => {
  await useEngine()
  digits = await loadDigits()
})

describe('loadDigits', () => {
  it('splits the 10,000 digits 8 : 1 : 1, every class in each part', () => {
    expect([digits.train.length, digits.val.length, digits.test.length]).toEqual([8000, 1000, 1000])
    for (const part of Object.values(digits)) {
      const labels = part.fields.labels?.values ?? []
      for (let label = 0; label < 10; label++) {
        const share = [...labels].filter((value) => value === label).length / part.length
        expect(share).toBeGreaterThan(0.08)
        expect(share).toBeLessThan(0.12)
      }
    }
  })

  it('gives pixels from 0 to 1', () => {
    const values = digits.val.fields.inputs?.values ?? new Float32Array()
    expect(Math.min(...values.subarray(0, 10_000))).toBe(0)
    expect(Math.max(...values.subarray(0, 10_000))).toBeLessThanOrEqual(1)
  })
})

describe('ShiftedDigits', () => {
  it('moves digits and keeps their ink, the same for the same random numbers', () => {
    const shifted = new ShiftedDigits(digits.train, 2)
    const [first, again] = [
      shifted.getBatch([5, 900], new Random(1)),
      shifted.getBatch([5, 900], new Random(1)),
    ]
    const other = shifted.getBatch([5, 900], new Random(2))
    const pixels = ({ inputs }: typeof first) => (inputs instanceof tf.Tensor ? [...inputs.dataSync()] : [])
    expect(pixels(first)).toEqual(pixels(again))
    expect(pixels(first)).not.toEqual(pixels(other))
    const still = digits.train.getBatch([5, 900])
    const ink = (values: number[]) => values.reduce((sum, value) => sum + value, 0)
    expect(ink(pixels(first))).toBeCloseTo(ink(pixels(still)), 0)
    tf.dispose(
      [first, again, other, still]
        .flatMap((batch) => Object.values(batch))
        .filter((value) => value instanceof tf.Tensor),
    )
  })
})

describe('the run', () => {
  it('learns, keeps the number of tensors, and leaves a report without scripts or addresses', async () => {
    const workDir = await mkdtemp(join(tmpdir(), 'digits-'))
    try {
      const few = { ...digits, train: digits.val }
      const { runner, judgement } = digitRunner(
        few,
        { epochs: 4, resume: false, seed: 3, workDir },
        { console: false },
      )
      const counts: number[] = []
      class Count extends Hook {
        override afterVal() {
          counts.push(tf.memory().numTensors)
        }
      }
      runner.registerHook(new Count())
      await runner.train()
      const metrics = await runner.test()
      expect(Number(metrics['accuracy/top1'])).toBeGreaterThan(0.3)
      expect(counts).toHaveLength(4)
      expect(counts[1]).toBe(counts[3])
      const path = join(workDir, 'report.html')
      await writeReport(path, {
        scalarFiles: [join(runner.logDir, 'vis_data', 'scalars.json')],
        confusion: judgement.confusion,
        judgements: judgement.judgements,
        pixels: digits.test.fields.inputs?.values ?? [],
        facts: { Note: '<b>' },
      })
      const page = await readFile(path, 'utf8')
      expect(page.match(/<svg/g)).toHaveLength(4)
      expect(page).toContain('data:image/png;base64,')
      expect(page).toContain('&#60;b')
      expect(page).not.toMatch(/<script|<link|src="http/)
      runner.dispose()
    } finally {
      await rm(workDir, { recursive: true })
    }
  })
})

describe('confusionTable', () => {
  it('shows a row per class with its share of right answers', () => {
    const confusion: number[][] = Array.from({ length: 10 }, (_, row) =>
      Array.from({ length: 10 }, (_, column) => (row === column ? 3 : 0)),
    )
    confusion[4] = [0, 1, 0, 0, 3, 0, 0, 0, 0, 0]
    const lines = confusionTable(confusion).split('\n')
    expect(lines).toHaveLength(11)
    expect(lines[5]).toMatch(/^ +4 +\. +1 .* 75\.0 %$/)
  })
})

describe('readCommandLine', () => {
  it('has defaults', () => {
    expect(readCommandLine([])).toEqual({ resume: false, epochs: 12, workDir: 'work_dirs/mnist', seed: 42 })
  })

  it.each([['--epochs', '0'], ['--epochs', 'ten'], ['--seed', '-1'], ['--nothing']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readCommandLine(args)).toThrow()
    },
  )
})
