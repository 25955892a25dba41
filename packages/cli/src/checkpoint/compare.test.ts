import { fromTypedArray, type SafetensorsFile } from '@hookloop/safetensors'
import { expect, it } from 'vitest'
import { compareCheckpoints, isSame } from './compare.js'

function file(
  tensors: Readonly<Record<string, Float32Array>>,
  meta: object,
  checksum = 'sha256:1',
): SafetensorsFile {
  return {
    tensors: new Map(
      Object.entries(tensors).map(([name, values]) => [name, fromTypedArray(values, [values.length])]),
    ),
    metadata: { format: 'hookloop-checkpoint-1', checksum, meta: JSON.stringify(meta) },
  }
}

it('the same but for the checksum is the same', () => {
  const a = file({ w: Float32Array.of(1, Number.NaN) }, { epoch: 1 })
  const b = file({ w: Float32Array.of(1, Number.NaN) }, { epoch: 1 }, 'sha256:2')
  expect(isSame(compareCheckpoints(a, b))).toBe(true)
})

it('names tensors, values and metadata that differ', () => {
  const a = file(
    { w: Float32Array.of(1, 2, 3), only: Float32Array.of(1), s: Float32Array.of(1), n: Float32Array.of(0) },
    { epoch: 1, packages: { core: '1' }, list: [1, 2] },
  )
  const b = file(
    { w: Float32Array.of(1, 2.5, 1), s: Float32Array.of(1, 2), n: Float32Array.of(Number.NaN) },
    { epoch: 2, packages: { core: '1' }, list: [1] },
  )
  const comparison = compareCheckpoints(a, b)
  expect(isSame(comparison)).toBe(false)
  expect(comparison.tensors).toEqual([
    { name: 'only', a: 'F32 [1]', b: undefined },
    { name: 's', a: 'F32 [1]', b: 'F32 [2]' },
  ])
  expect(comparison.values).toEqual([
    { name: 'n', count: 1, total: 1, largest: Number.NaN },
    { name: 'w', count: 2, total: 3, largest: 2 },
  ])
  expect(comparison.metadata).toEqual([
    { name: 'meta.epoch', a: 1, b: 2 },
    { name: 'meta.list[1]', a: 2, b: undefined },
  ])
})

it('tells zeros of different signs apart', () => {
  const comparison = compareCheckpoints(
    file({ w: Float32Array.of(0) }, {}),
    file({ w: Float32Array.of(-0) }, {}),
  )
  expect(comparison.values).toEqual([{ name: 'w', count: 1, total: 1, largest: 0 }])
})
