import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { registered, replaceKernel } from '../src/registration.js'
import { registerTrainingKernels } from '../src/training-kernels.js'
import { checkVersions } from '../src/versions.js'
import { relativeError } from './gradient-case.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
  await useWasm()
})

beforeEach(() => tf.setBackend('wasm'))

function wasmBackend(): BackendWasm {
  return tf.backend() as BackendWasm
}

describe('useWasm', () => {
  it('finds the installed files and tells what the backend runs on', async () => {
    expect(await useWasm()).toEqual({ version: '4.22.0', threads: 1, simd: true })
    expect(tf.getBackend()).toBe('wasm')
  })
})

describe('versions', () => {
  it('must be those that the kernels were made for', () => {
    checkVersions()
    expect(() => checkVersions('4.21.0', '4.22.0')).toThrow(
      /needs version 4\.22\.0 of TensorFlow\.js, but found @tensorflow\/tfjs-core 4\.21\.0: `npm install/,
    )
    expect(() => checkVersions('4.23.0', '4.23.0')).toThrow(
      /tfjs-core 4\.23\.0 and @tensorflow\/tfjs-backend-wasm 4\.23\.0/,
    )
  })
})

describe('registration', () => {
  it('leaves in the registry each kernel that the package names', () => {
    expect(registered.size).toBeGreaterThan(20)
    for (const [name, kernelFunc] of registered)
      expect(tf.getKernel(name, 'wasm').kernelFunc, name).toBe(kernelFunc)
    expect(tf.getKernel('Conv2D', 'wasm').kernelFunc.name).toBe('conv2D')
  })

  it('does not take a second kernel of a name, which would never run', () => {
    expect(() => replaceKernel('Conv2D', (stock) => stock)).toThrow(/registers the kernel Conv2D twice/)
  })

  it('may happen twice', () => {
    const before = tf.getKernel('BatchMatMul', 'wasm').kernelFunc
    registerTrainingKernels()
    expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc).toBe(before)
  })
})

describe('the heap', () => {
  it('may grow in the middle of a kernel', () => {
    const run = (): Float32Array[] =>
      tf.tidy(() => {
        const x = tf.cos(tf.range(0, 4 * 20 * 20 * 8)).reshape<tf.Tensor4D>([4, 20, 20, 8])
        const filter = tf.sin(tf.range(0, 576)).reshape<tf.Tensor4D>([3, 3, 8, 8])
        const [dx, dFilter] = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
          tf.avgPool(
            tf.maxPool(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'), 3, 1, 'valid'),
            3,
            2,
            'valid',
          ),
        )([x, filter])
        return [dx, dFilter].map((gradient) => Float32Array.from((gradient as tf.Tensor).dataSync()))
      })
    tf.setBackend('cpu')
    const expected = run()
    tf.setBackend('wasm')
    const heap = heapOf(wasmBackend())
    const kernels = [
      'Conv2DBackpropFilter',
      'Conv2DBackpropInput',
      'MaxPoolGrad',
      'AvgPoolGrad',
      'BatchMatMul',
    ]
    const grown = new Set<string>()
    // Every allocation of these kernels is preceded by one that makes the heap larger.
    const makeOutput = wasmBackend().makeOutput.bind(wasmBackend())
    wasmBackend().makeOutput = (...args) => {
      growHeap(heap)
      return makeOutput(...args)
    }
    for (const kernelName of kernels) {
      const kernel = tf.getKernel(kernelName, 'wasm')
      tf.unregisterKernel(kernelName, 'wasm')
      tf.registerKernel({
        ...kernel,
        kernelFunc: (call) => {
          const before = heap.HEAPU8.buffer
          const result = kernel.kernelFunc(call)
          if (heap.HEAPU8.buffer !== before) grown.add(kernelName)
          return result
        },
      })
    }
    const actual = run()
    wasmBackend().makeOutput = makeOutput
    expect([...grown]).toEqual(expect.arrayContaining(kernels.filter((name) => name !== 'BatchMatMul')))
    actual.forEach((gradient, i) => {
      expect(relativeError(gradient, expected[i] ?? new Float32Array())).toBeLessThanOrEqual(1e-5)
    })
  })
})

/** What Emscripten gives the module. */
interface Heap {
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(pointer: number): void
}

function heapOf({ wasm }: BackendWasm): Heap {
  return wasm as unknown as Heap
}

/** Takes all free memory and a page more, so that the module must ask for a larger heap; then frees it. */
function growHeap(wasm: Heap): void {
  const before = wasm.HEAPU8.buffer
  const blocks: number[] = []
  while (wasm.HEAPU8.buffer === before) blocks.push(wasm._malloc(4 * 1024 * 1024))
  for (const block of blocks) wasm._free(block)
}

describe('strided convolutions', () => {
  it('take large batches in chunks', () => {
    const run = (backend: string): Float32Array[] => {
      tf.setBackend(backend)
      return tf.tidy(() => {
        const x = tf.sin(tf.range(0, 8 * 64 * 64 * 32)).reshape<tf.Tensor4D>([8, 64, 64, 32])
        const filter = tf.cos(tf.range(0, 5 * 5 * 32 * 2)).reshape<tf.Tensor4D>([5, 5, 32, 2])
        const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => {
          const y = tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same')
          return tf.square(y)
        })([x, filter])
        return gradients.map((gradient) => Float32Array.from(gradient.dataSync()))
      })
    }
    const expected = run('cpu')
    run('wasm').forEach((gradient, i) => {
      expect(relativeError(gradient, expected[i] ?? new Float32Array())).toBeLessThanOrEqual(1e-5)
    })
  })
})

describe('einsum', () => {
  const equations: [string, ...number[][]][] = [
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
    ['abcd,dcae->be', [3, 4, 5, 2], [2, 5, 3, 7]],
    ['bhid,bhjd->bhij', [2, 3, 4, 5], [2, 3, 6, 5]],
    ['ij->ji', [3, 4]],
    ['ij->', [3, 4]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['i,j->ij', [3], [4]],
  ]
  it.each(equations)('%s', (equation, ...shapes) => {
    const compute = (backend: string): Float32Array => {
      tf.setBackend(backend)
      return tf.tidy(() => {
        const tensors = shapes.map((shape, i) => tf.sin(tf.add(tf.range(0, size(shape)).reshape(shape), i)))
        return Float32Array.from(tf.einsum(equation, ...tensors).dataSync())
      })
    }
    const expected = compute('cpu')
    const before = tf.memory().numTensors
    compute('wasm').forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4)
    })
    expect(tf.memory().numTensors).toBe(before)
    expect(wasmBackend().numDataIds()).toBe(0)
  })

  it('tells which sizes do not fit', () => {
    expect(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([4, 5]))).toThrow(
      /expected dimension 3 at axis 0 of input shaped \[4,5\]/,
    )
  })
})

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

describe('matrix products', () => {
  it('broadcast batches on both sides', () => {
    const values = tf.tidy(() => {
      const a = tf.range(0, 6).reshape([2, 1, 1, 3])
      const b = tf.range(0, 6).reshape([1, 2, 3, 1])
      return [...tf.matMul(a, b).dataSync()]
    })
    expect(values).toEqual([5, 14, 14, 50])
  })

  it('of nothing are zero', () => {
    const values = tf.tidy(() => [...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])).dataSync()])
    expect(values).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('what cannot be had', () => {
  it('is told for channels before places', () => {
    const x = tf.ones<tf.Rank.R4>([1, 2, 4, 4])
    const dy = tf.ones<tf.Rank.R4>([1, 3, 2, 2])
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NCHW', filterShape: [3, 3, 2, 3] }
    expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs)).toThrow(
      /only NHWC is supported/,
    )
    tf.dispose([x, dy])
  })

  it('is told for tensors of another type, and leaves nothing behind', () => {
    const before = wasmBackend().numDataIds()
    const x = tf.ones<tf.Rank.R4>([1, 6, 6, 1])
    const dy = tf.ones<tf.Rank.R4>([1, 4, 4, 1], 'int32')
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1, filterShape: [3, 3, 1, 1] }
    for (const kernel of ['Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter'])
      expect(() => tf.engine().runKernel(kernel, { x, dy }, attrs)).toThrow(
        /takes float32 for dy, but got int32 \[1, 4, 4, 1\]/,
      )
    tf.dispose([x, dy])
    expect(wasmBackend().numDataIds()).toBe(before)
  })

  it('is told for a gradient that does not fit', () => {
    const x = tf.ones<tf.Rank.R4>([1, 6, 5, 1])
    const dy = tf.ones<tf.Rank.R4>([1, 4, 3, 4])
    const attrs = { strides: [1, 3], pad: 'valid', dataFormat: 'NHWC', filterShape: [3, 2, 1, 4] }
    expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs)).toThrow(
      /The gradient is \[1, 4, 3, 4\], but .* lead to \[1, 4, 2, 4\]/,
    )
    tf.dispose([x, dy])
  })
})
