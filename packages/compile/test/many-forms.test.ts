import type { CompileMode, Dataset } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { Recompilations } from '../src/report/recompilations.js'
import { LookBudget } from '../src/step/look-budget.js'
import { StepForm } from '../src/step/step-form.js'
import { StepForms } from '../src/step/step-forms.js'
import { StepQueue } from '../src/step/step-queue.js'
import { nativeBackend } from '../src/tensorflow/native-backend.js'
import { expectClose } from './expect-same.js'
import { Plane, planeTask } from './plane.js'
import { train } from './train-both-ways.js'

/** A form that has run so often. */
function form(compiledRuns: number): StepForm<unknown> {
  const native = nativeBackend()
  if (native === undefined) throw new Error('tfjs-node is not the backend')
  const made = new StepForm<unknown>(native, new StepQueue(), new LookBudget(), 'trainStep', '')
  made.compiledRuns = compiledRuns
  return made
}

/** Asks for steps with these keys. @returns those that got a form */
function keysOf(forms: StepForms<unknown>, keys: readonly number[], compiledRuns = 1): number[] {
  return keys.filter((key) => forms.of(String(key), () => form(compiledRuns)) !== undefined)
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('forms of a step', () => {
  it('make room where they were not used for longest', () => {
    const forms = new StepForms()
    keysOf(forms, upTo(12), 100)
    const first = forms.of('0', () => form(0))
    keysOf(forms, [12], 100)
    expect(forms.of('0', () => form(0))).toBe(first)
    expect(forms.all).toHaveLength(12)
  })

  it('are no more made once three have gone unpaid; those that are there go on', () => {
    const forms = new StepForms()
    const rounds = Array.from({ length: 10 }, () => upTo(13)).flat()
    const made = keysOf(forms, rounds)
    expect(forms.areTooMany).toBe(true)
    expect(made.slice(-12)).toEqual(upTo(13).filter((key) => key !== 2))
    expect(rounds.length - made.length).toBe(9)
  })

  it('are made without end where each pays', () => {
    const forms = new StepForms()
    expect(keysOf(forms, upTo(40), 50)).toEqual(upTo(40))
    expect(forms.areTooMany).toBe(false)
  })

  it('are made again where others are idle', () => {
    const forms = new StepForms()
    keysOf(forms, upTo(15))
    expect(keysOf(forms, [20])).toEqual([])
    keysOf(
      forms,
      Array.from({ length: 1000 }, () => 14),
    )
    expect(keysOf(forms, [20])).toEqual([20])
  })

  it('are made in any case where that is wanted', () => {
    const forms = new StepForms(true)
    expect(keysOf(forms, upTo(40))).toEqual(upTo(40))
    expect(forms.areTooMany).toBe(true)
  })
})

describe('batches of many shapes', () => {
  /** Batches with rows that are repeated 1 to 20 times. */
  const dataset: Dataset = {
    length: 60,
    getBatch: (indices: readonly number[]) => {
      const rows = 1 + (((indices[0] ?? 0) / 2) % 20)
      return { inputs: tf.ones([rows, 3]), labels: tf.zeros([rows, 1]) }
    },
  }
  const sampler = { type: 'DefaultSampler', shuffle: false } as const
  const task = planeTask(Plane, {
    epochs: 2,
    options: { trainDataloader: { dataset, batchSize: 2, sampler } },
  })

  it.each<CompileMode>(['auto', true])('are trained as eagerly, and told once: %s', async (compile) => {
    const eager = await train(task, false)
    const { report, log, losses } = await train(task, compile)
    expect(losses).toHaveLength(60)
    expectClose(losses, eager.losses)
    expect(log.match(/Pad batches to few shapes/g)).toHaveLength(1)
    expect(log.match(/compiled: /g)?.length).toBeLessThanOrEqual(20)
    if (compile === true) expect(report).toMatchObject({ eagerSteps: 0, obstacles: [] })
    else {
      expect(report?.graphs).toHaveLength(12)
      expect(report?.recompilations).toHaveLength(14)
      expect(report?.obstacles).toEqual([expect.stringContaining('more than 12 forms')])
    }
  })
})

it('the newest hundred recompilations are told', () => {
  const recompilations = new Recompilations()
  const update = { trainable: new Set<string>(), accumulation: '' }
  for (const afterSteps of upTo(300)) {
    const batch = `inputs: float32 [${afterSteps}]`
    recompilations.note({
      step: 'trainStep',
      batch,
      key: batch,
      model: 1,
      update,
      cause: undefined,
      afterSteps,
    })
  }
  expect(recompilations.all.map(({ afterSteps }) => afterSteps)).toEqual(upTo(300).slice(200))
})
