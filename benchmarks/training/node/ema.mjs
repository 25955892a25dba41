import { AveragedWeights } from '@hookloop/hook-ema'
import { largeModel } from './weights.mjs'

/** Averages large weights, or copies as many bytes. */
export default async function average(task, pace) {
  const work = task.settings.copy ? copying(task) : await averaging(task)
  for (;;) {
    await pace.begin()
    for (let i = 0; i < task.steps; i++) work()
    pace.end()
  }
}

function copying({ tensors, numbers }) {
  const list = (value) => Array.from({ length: tensors }, () => new Float32Array(numbers).fill(value))
  const [from, to] = [list(1), list(2)]
  return () => {
    for (const [index, values] of from.entries()) to[index].set(values)
  }
}

async function averaging(task) {
  const average = new AveragedWeights(await largeModel(task), { momentum: 0.01 })
  // The first update copies.
  average.update()
  return () => average.update()
}
