import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DataBatch, type Gradients, Hook, type Runner, type StepOutputs } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ganRunner } from './gan.js'

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'gan-'))
})
afterEach(() => rm(workDir, { recursive: true, force: true }))

type Net = 'generator' | 'discriminator'

/** The values of the parameters of one net, by name. */
function valuesOf({ model }: Runner, net: Net): Record<string, number[]> {
  const own = Object.entries(model.parameters()).filter(([name]) => name.startsWith(`${net}.`))
  return Object.fromEntries(own.map(([name, variable]) => [name, [...variable.dataSync()]]))
}

/** Looks at both nets around every update, and at every loss. */
class Watch extends Hook {
  readonly updates: string[] = []
  readonly losses: number[] = []
  #before: ReturnType<typeof bothNets> | undefined

  constructor(private readonly interruptAt = -1) {
    super()
  }

  override beforeOptimStep(runner: Runner, gradients: Gradients): void {
    const nets = new Set(Object.keys(gradients).map((name) => name.split('.')[0] ?? ''))
    this.updates.push([...nets].join())
    this.#before = bothNets(runner)
  }

  override afterOptimStep(runner: Runner): void {
    const updated: Net = this.updates.at(-1) === 'generator' ? 'generator' : 'discriminator'
    const other: Net = updated === 'generator' ? 'discriminator' : 'generator'
    const after = bothNets(runner)
    expect(after[other]).toEqual(this.#before?.[other])
    for (const [name, values] of Object.entries(after[updated]))
      expect(values, name).not.toEqual(this.#before?.[updated][name])
  }

  override afterTrainIter(runner: Runner, _batchIdx: number, _batch: DataBatch, outputs: StepOutputs): void {
    for (const loss of [outputs.d_loss, outputs.g_loss])
      this.losses.push(loss instanceof tf.Tensor ? (loss.dataSync()[0] ?? Number.NaN) : Number.NaN)
    if (runner.iter === this.interruptAt) runner.interrupt('the test')
  }
}

function bothNets(runner: Runner) {
  return {
    generator: valuesOf(runner, 'generator'),
    discriminator: valuesOf(runner, 'discriminator'),
  }
}

describe('the GAN', () => {
  it('makes points that come near to all places of the data', async () => {
    const runner = ganRunner(40, { workDir, console: false })
    const before = Number((await runner.val()).distance)
    await runner.train()
    const { distance, centres } = await runner.val()
    runner.dispose()
    expect(before).toBeGreaterThan(1)
    expect(Number(distance)).toBeLessThan(before / 3)
    expect(centres).toBeGreaterThanOrEqual(7)
  })

  it('changes each net by its own optimizer only, and its losses stay finite', async () => {
    const watch = new Watch()
    const runner = ganRunner(1, { workDir, console: false, customHooks: [watch] })
    await runner.train()
    runner.dispose()
    expect(watch.updates).toEqual(Array.from({ length: 16 }, () => ['discriminator', 'generator']).flat())
    expect(watch.losses).toHaveLength(32)
    expect(watch.losses.every(Number.isFinite)).toBe(true)
  })

  it('resumes in the middle of an epoch with the bits of a run that was never interrupted', async () => {
    const run = async (name: string, interruptAt?: number) => {
      const options = { workDir: join(workDir, name), console: false }
      if (interruptAt !== undefined) {
        const first = ganRunner(3, { ...options, customHooks: [new Watch(interruptAt)] })
        await expect(first.train()).rejects.toThrow('HL_INTERRUPTED')
        first.dispose()
      }
      const runner = ganRunner(3, { ...options, resume: interruptAt !== undefined })
      await runner.train()
      const left = { ...bothNets(runner), rates: runner.optimWrapper?.getLr(), distance: distancesOf(runner) }
      runner.dispose()
      return left
    }
    const whole = await run('whole')
    expect(whole.rates).toEqual({
      'generator.lr': [expect.any(Number)],
      'discriminator.lr': [expect.any(Number)],
    })
    expect(await run('interrupted', 20)).toEqual(whole)
  })
})

function distancesOf({ messageHub }: Runner) {
  return messageHub.scalars.get('val/distance')?.stateDict()
}
