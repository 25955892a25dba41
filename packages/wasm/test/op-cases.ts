import type { Draw } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'
import type { DrawCase, DrawnCase } from './gradient-case.js'

/** A case for every gradient of tfjs-core, by the name of its kernel. */
export const opCases: Record<string, DrawCase> = {
  ...unaries(),
  ...binaries(),
  ...shapeOps(),
  ...reductions(),
  ...convolutions(),
  ...pools(),
  ...images(),
  ...others(),
}

/** Gradients with which the cpu backend is wrong, so that tfjs-node tells what is right. */
export const nativeCases: Record<string, DrawCase> = {
  'AvgPool, padded': (draw) => {
    const { size, strides, batch, height, width } = drawWindow(draw)
    return caseOf(`${size} ${strides}`, draw, [[batch, height, width, draw.int(1, 5)]], (x) =>
      tf.avgPool(x as tf.Tensor4D, size, strides, 'same'),
    )
  },
  'AvgPool3D, padded': (draw) => {
    const { size, strides, shape } = drawWindow3D(draw)
    return caseOf(`${size} ${strides}`, draw, [shape], (x) =>
      tf.avgPool3d(x as tf.Tensor5D, size, strides, 'same'),
    )
  },
  'MaxPool3D, any window': (draw) => {
    const { size, strides, shape } = drawWindow3D(draw)
    const pad = draw.oneOf(['same', 'valid'])
    return caseOf(`${size} ${strides} ${pad}`, draw, [shape], (x) =>
      tf.maxPool3d(x as tf.Tensor5D, size, strides, pad),
    )
  },
  'ResizeBilinear, any size': resized(tf.image.resizeBilinear),
  ResizeNearestNeighbor: resized(tf.image.resizeNearestNeighbor),
}

function drawWindow3D(draw: Draw) {
  const size: [number, number, number] = [draw.int(1, 3), draw.int(1, 3), draw.int(1, 3)]
  // tfjs-core computes a negative padding where the stride is larger than the window, on any backend.
  const step = (length: number) => draw.int(1, Math.min(2, length))
  const strides: [number, number, number] = [step(size[0]), step(size[1]), step(size[2])]
  const shape = [draw.int(1, 2), ...size.map((length) => length + draw.int(0, 3)), draw.int(1, 3)]
  return { size, strides, shape }
}

function resized(op: typeof tf.image.resizeBilinear): DrawCase {
  return (draw) => {
    const shape = [draw.int(1, 2), draw.int(2, 6), draw.int(2, 6), draw.int(1, 3)]
    const size: [number, number] = [draw.int(2, 8), draw.int(2, 8)]
    const alignCorners = draw.unit() < 0.5
    return caseOf(`${size} ${alignCorners}`, draw, [shape], (x) => op(x as tf.Tensor4D, size, alignCorners))
  }
}

/** Gradients that cannot be had on wasm, with the reason. */
export const opsWithout: Record<string, string> = {
  ComplexAbs: 'the backend has no complex numbers',
}

function caseOf(
  told: string,
  draw: Draw,
  shapes: readonly number[][],
  compute: DrawnCase['compute'],
  low = -1.9,
  high = 2.3,
): DrawnCase {
  const inputs = shapes.map((shape) => ({ shape, values: draw.values(shape, low, high) }))
  return { told: `${told} ${JSON.stringify(shapes)}`, inputs, compute }
}

function unary(op: (x: tf.Tensor) => tf.Tensor, low = -1.9, high = 2.3): DrawCase {
  return (draw) => caseOf('', draw, [draw.shape(0, 4)], (x) => op(x as tf.Tensor), low, high)
}

function unaries(): Record<string, DrawCase> {
  return {
    Abs: unary(tf.abs),
    Acos: unary(tf.acos, -0.9, 0.9),
    Acosh: unary(tf.acosh, 1.1, 5),
    Asin: unary(tf.asin, -0.9, 0.9),
    Asinh: unary(tf.asinh),
    Atan: unary(tf.atan),
    Atanh: unary(tf.atanh, -0.9, 0.9),
    Cast: unary((x) => tf.cast(x, 'float32')),
    Ceil: unary(tf.ceil),
    ClipByValue: unary((x) => tf.clipByValue(x, -1, 0.7)),
    Cos: unary(tf.cos),
    Cosh: unary(tf.cosh),
    Elu: unary(tf.elu),
    Erf: unary(tf.erf),
    Exp: unary(tf.exp),
    Expm1: unary(tf.expm1),
    Floor: unary(tf.floor),
    Identity: unary(tf.clone),
    IsFinite: unary((x) => tf.mul(x, tf.cast(tf.isFinite(x), 'float32'))),
    IsInf: unary((x) => tf.mul(x, tf.cast(tf.isInf(x), 'float32'))),
    IsNan: unary((x) => tf.mul(x, tf.cast(tf.isNaN(x), 'float32'))),
    LeakyRelu: unary((x) => tf.leakyRelu(x, 0.3)),
    Log: unary(tf.log, 0.1, 5),
    Log1p: unary(tf.log1p, -0.5, 5),
    Neg: unary(tf.neg),
    OnesLike: unary((x) => tf.mul(x, tf.onesLike(x))),
    Reciprocal: unary(tf.reciprocal, 0.2, 4),
    Relu: unary(tf.relu),
    Relu6: unary((x) => tf.relu6(tf.mul(x, 5))),
    Round: unary(tf.round),
    Rsqrt: unary(tf.rsqrt, 0.2, 4),
    Selu: unary(tf.selu),
    Sigmoid: unary(tf.sigmoid),
    Sign: unary(tf.sign),
    Sin: unary(tf.sin),
    Sinh: unary(tf.sinh),
    Softplus: unary(tf.softplus),
    Sqrt: unary(tf.sqrt, 0.2, 4),
    Square: unary(tf.square),
    Step: unary((x) => tf.step(x, 0.2)),
    Tan: unary(tf.tan, -1.2, 1.2),
    Tanh: unary(tf.tanh),
    ZerosLike: unary((x) => tf.add(x, tf.zerosLike(x))),
  }
}

function binary(op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, low = -1.9, high = 2.3): DrawCase {
  return (draw) => {
    const shape = draw.shape(1, 4)
    const shapes = [draw.broadcastable(shape), draw.broadcastable(shape)]
    return caseOf('', draw, shapes, (a, b) => op(a as tf.Tensor, b as tf.Tensor), low, high)
  }
}

// tfjs-core's gradient of these does not sum over axes that were broadcast, on any backend.
function sameShape(op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): DrawCase {
  return (draw) => {
    const shape = draw.shape(1, 4)
    return caseOf('', draw, [shape, shape], (a, b) => op(a as tf.Tensor, b as tf.Tensor))
  }
}

function binaries(): Record<string, DrawCase> {
  return {
    Add: binary(tf.add),
    Atan2: binary(tf.atan2),
    FloorDiv: binary((a, b) => tf.floorDiv(a, tf.add(b, 3))),
    GreaterEqual: binary((a, b) => tf.mul(a, tf.cast(tf.greaterEqual(a, b), 'float32'))),
    Maximum: sameShape((a, b) => tf.maximum(a, tf.add(b, 0.01))),
    Minimum: sameShape((a, b) => tf.minimum(a, tf.add(b, 0.01))),
    Mod: binary((a, b) => tf.mod(a, tf.add(b, 3))),
    Multiply: binary(tf.mul),
    Pow: binary(tf.pow, 0.3, 2),
    RealDiv: binary((a, b) => tf.div(a, tf.add(b, 3))),
    SquaredDifference: sameShape(tf.squaredDifference),
    Sub: binary(tf.sub),
    Prelu: (draw) => {
      const shape = draw.shape(1, 4)
      return caseOf('', draw, [shape, draw.broadcastable(shape)], (x, alpha) =>
        tf.prelu(x as tf.Tensor, alpha as tf.Tensor),
      )
    },
  }
}

function shapeOps(): Record<string, DrawCase> {
  return {
    AddN: (draw) => {
      const shape = draw.shape()
      return caseOf(
        '',
        draw,
        Array.from({ length: draw.int(1, 4) }, () => shape),
        (...xs) => tf.addN(xs),
      )
    },
    BatchToSpaceND: (draw) => {
      const [h, w] = [draw.int(1, 3), draw.int(1, 3)]
      const crops = [
        [0, draw.int(0, h - 1)],
        [draw.int(0, w - 1), 0],
      ]
      const shape = [h * w * draw.int(1, 2), draw.int(2, 4), draw.int(2, 4), draw.int(1, 3)]
      return caseOf(`${h} ${w}`, draw, [shape], (x) => tf.batchToSpaceND(x as tf.Tensor4D, [h, w], crops))
    },
    SpaceToBatchND: (draw) => {
      const [h, w] = [draw.int(1, 3), draw.int(1, 3)]
      const shape = [draw.int(1, 2), h * draw.int(1, 3), w * draw.int(1, 3), draw.int(1, 3)]
      const pads = [
        [h, 0],
        [0, w],
      ]
      return caseOf(`${h} ${w}`, draw, [shape], (x) => tf.spaceToBatchND(x as tf.Tensor4D, [h, w], pads))
    },
    BroadcastTo: (draw) => {
      const shape = draw.shape(1, 4)
      return caseOf('', draw, [draw.broadcastable(shape)], (x) => tf.broadcastTo(x as tf.Tensor, shape))
    },
    Concat: (draw) => {
      const shape = draw.shape(1, 4)
      const axis = draw.int(0, shape.length - 1)
      const shapes = Array.from({ length: draw.int(1, 3) }, () => shape.with(axis, draw.int(1, 4)))
      return caseOf(`axis ${axis}`, draw, shapes, (...xs) => tf.concat(xs, axis))
    },
    ExpandDims: (draw) => {
      const shape = draw.shape(1, 3)
      const axis = draw.int(0, shape.length)
      return caseOf(`axis ${axis}`, draw, [shape], (x) => tf.expandDims(x as tf.Tensor, axis))
    },
    GatherV2: (draw) => {
      const shape = draw.shape(1, 4)
      const axis = draw.int(0, shape.length - 1)
      const count = shape[axis] ?? 1
      const indices = Array.from({ length: draw.int(1, 8) }, () => draw.int(0, count - 1))
      return caseOf(`axis ${axis}`, draw, [shape], (x) =>
        tf.gather(x as tf.Tensor, tf.tensor1d(indices, 'int32'), axis),
      )
    },
    MirrorPad: (draw) => {
      const shape = Array.from({ length: draw.int(1, 4) }, () => draw.int(2, 5))
      const mode = draw.oneOf(['reflect', 'symmetric'])
      const pads = shape.map((): [number, number] => [draw.int(0, 1), draw.int(0, 1)])
      return caseOf(mode, draw, [shape], (x) => tf.mirrorPad(x as tf.Tensor, pads, mode))
    },
    OneHot: (draw) =>
      caseOf('', draw, [[4, 5]], (x) =>
        tf.mul(x as tf.Tensor, tf.oneHot(tf.tensor1d([0, 3, 2, 9], 'int32'), 5)),
      ),
    Pack: (draw) => {
      const shape = draw.shape(0, 3)
      const axis = draw.int(0, shape.length)
      return caseOf(
        `axis ${axis}`,
        draw,
        Array.from({ length: 3 }, () => shape),
        (...xs) => tf.stack(xs, axis),
      )
    },
    PadV2: (draw) => {
      const shape = draw.shape(1, 4)
      const pads = shape.map((): [number, number] => [draw.int(0, 2), draw.int(0, 2)])
      return caseOf('', draw, [shape], (x) => tf.pad(x as tf.Tensor, pads, 0.5))
    },
    Reshape: (draw) => caseOf('', draw, [draw.shape()], (x) => tf.reshape(x as tf.Tensor, [-1])),
    Reverse: (draw) => {
      const shape = draw.shape(1, 4)
      const axis = shape.map((_, i) => i).filter(() => draw.unit() < 0.5)
      return caseOf(`axis ${axis}`, draw, [shape], (x) => tf.reverse(x as tf.Tensor, axis))
    },
    Select: (draw) => {
      const shape = draw.shape(1, 4)
      const condition = Uint8Array.from(draw.values(shape), (value) => (value > 0 ? 1 : 0))
      return caseOf('', draw, [shape, shape], (a, b) =>
        tf.where(tf.tensor(condition, shape, 'bool'), a as tf.Tensor, b as tf.Tensor),
      )
    },
    Slice: (draw) => {
      const shape = draw.shape(1, 4)
      const begin = shape.map((length) => draw.int(0, length - 1))
      const size = shape.map((length, axis) => draw.int(1, length - (begin[axis] ?? 0)))
      return caseOf(`${begin} ${size}`, draw, [shape], (x) => tf.slice(x as tf.Tensor, begin, size))
    },
    SplitV: (draw) => {
      const shape = draw.shape(1, 4)
      const axis = draw.int(0, shape.length - 1)
      const parts = [draw.int(1, 3), draw.int(1, 3)]
      const full = shape.with(axis, (parts[0] ?? 1) + (parts[1] ?? 1))
      return caseOf(`axis ${axis}`, draw, [full], (x) => {
        const [first, second] = tf.split(x as tf.Tensor, parts, axis)
        return tf.concat([tf.mul(second as tf.Tensor, 2), first as tf.Tensor], axis)
      })
    },
    Tile: (draw) => {
      const shape = draw.shape(1, 4)
      const reps = shape.map(() => draw.int(1, 3))
      return caseOf(`${reps}`, draw, [shape], (x) => tf.tile(x as tf.Tensor, reps))
    },
    Transpose: (draw) => {
      const shape = draw.shape(1, 4)
      const perm = [...draw.values([shape.length])].map((value) =>
        Math.round(((value + 2) / 4) * shape.length - 0.5),
      )
      return caseOf(`${perm}`, draw, [shape], (x) => tf.transpose(x as tf.Tensor, perm))
    },
    Unpack: (draw) => {
      const shape = draw.shape(1, 4)
      const axis = draw.int(0, shape.length - 1)
      // tfjs-core cannot differentiate an axis of length 1, on any backend.
      return caseOf(`axis ${axis}`, draw, [shape.with(axis, draw.int(2, 4))], (x) => {
        const parts = tf.unstack(x as tf.Tensor, axis)
        return tf.stack(parts.map((part, i) => tf.mul(part, i + 1)))
      })
    },
  }
}

function reduction(op: (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor): DrawCase {
  return (draw) => {
    const shape = draw.shape(1, 4)
    const some = shape.map((_, i) => i).filter(() => draw.unit() < 0.5)
    const axis = some.length === 0 ? [draw.int(0, shape.length - 1)] : some
    const keepDims = draw.unit() < 0.5
    return caseOf(`axis ${axis} ${keepDims}`, draw, [shape], (x) => op(x as tf.Tensor, axis, keepDims))
  }
}

function alongLast(op: (x: tf.Tensor) => tf.Tensor): DrawCase {
  return (draw) => caseOf('', draw, [draw.shape(1, 3)], (x) => op(x as tf.Tensor))
}

function reductions(): Record<string, DrawCase> {
  return {
    Sum: reduction(tf.sum),
    Mean: reduction(tf.mean),
    Max: reduction(tf.max),
    Min: reduction(tf.min),
    Prod: reduction(tf.prod),
    ArgMax: alongLast((x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, -1), -1), 'float32'))),
    ArgMin: alongLast((x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMin(x, -1), -1), 'float32'))),
    Cumsum: (draw) => {
      const shape = draw.shape(1, 4)
      // tfjs-core's gradient along other axes than the last transposes the wrong way, on any backend.
      const [axis, exclusive, reverse] = [shape.length - 1, draw.unit() < 0.5, draw.unit() < 0.5]
      return caseOf(`axis ${axis} ${exclusive} ${reverse}`, draw, [shape], (x) =>
        tf.cumsum(x as tf.Tensor, axis, exclusive, reverse),
      )
    },
    LogSoftmax: alongLast((x) => tf.logSoftmax(x)),
    Softmax: alongLast((x) => tf.softmax(x)),
    UnsortedSegmentSum: (draw) => {
      const shape = draw.shape(1, 4)
      const ids = Array.from({ length: shape[0] ?? 1 }, () => draw.int(-1, 4))
      return caseOf(`${ids}`, draw, [shape], (x) =>
        tf.unsortedSegmentSum(x as tf.Tensor, tf.tensor1d(ids, 'int32'), 5),
      )
    },
  }
}

type Pad =
  | 'same'
  | 'valid'
  | number
  | [[number, number], [number, number], [number, number], [number, number]]

/** Any of the paddings that tfjs takes. */
function drawPad(draw: Draw, most: number): Pad {
  const kind = draw.int(0, 3)
  if (kind === 0) return 'same'
  if (kind === 1) return 'valid'
  const side = () => draw.int(0, most)
  if (kind === 2) return side()
  return [
    [0, 0],
    [side(), side()],
    [side(), side()],
    [0, 0],
  ]
}

function drawWindow(draw: Draw) {
  const pad = drawPad(draw, 2)
  const [side, stride] = [draw.int(1, 4), draw.int(1, 3)]
  // tfjs-core measures padding that is one number by the height of the window alone, on any backend.
  const isSquare = typeof pad === 'number'
  const size: [number, number] = isSquare ? [side, side] : [side, draw.int(1, 4)]
  const strides: [number, number] =
    isSquare || draw.unit() < 0.3 ? [stride, stride] : [stride, draw.int(1, 3)]
  const rounding = typeof pad === 'string' ? undefined : ('floor' as const)
  const [batch, height, width] = [draw.int(1, 3), size[0] + draw.int(0, 5), size[1] + draw.int(0, 5)]
  return { size, strides, pad, rounding, batch, height, width }
}

function convolutions(): Record<string, DrawCase> {
  return {
    BatchMatMul: (draw) => {
      const [m, k, n] = [draw.int(1, 24), draw.int(1, 24), draw.int(1, 24)]
      const [transposeA, transposeB] = [draw.unit() < 0.5, draw.unit() < 0.5]
      const outer = draw.shape(0, 2)
      const shapes = [
        [...outer, ...(transposeA ? [k, m] : [m, k])],
        [...outer, ...(transposeB ? [n, k] : [k, n])],
      ]
      return caseOf(`${transposeA} ${transposeB}`, draw, shapes, (a, b) =>
        tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB),
      )
    },
    Conv2D: (draw) => {
      const { size, strides, pad, rounding, batch, height, width } = drawWindow(draw)
      const [from, to] = [draw.int(1, 5), draw.int(1, 5)]
      const shapes = [
        [batch, height, width, from],
        [...size, from, to],
      ]
      return caseOf(`${strides} ${JSON.stringify(pad)}`, draw, shapes, (x, filter) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding),
      )
    },
    Conv2DBackpropInput: (draw) => {
      const { size, strides, batch } = drawWindow(draw)
      const pad = draw.oneOf(['same', 'valid'])
      const [from, to] = [draw.int(1, 5), draw.int(1, 5)]
      const [height, width] = [draw.int(2, 7), draw.int(2, 7)]
      const full = (length: number, stride: number, window: number) =>
        pad === 'same' ? length * stride : (length - 1) * stride + window
      const outShape: [number, number, number, number] = [
        batch,
        full(height, strides[0], size[0]),
        full(width, strides[1], size[1]),
        to,
      ]
      const shapes = [
        [batch, height, width, from],
        [...size, to, from],
      ]
      return caseOf(`${strides} ${pad}`, draw, shapes, (x, filter) =>
        tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, outShape, strides, pad),
      )
    },
    DepthwiseConv2dNative: (draw) => {
      const { size, strides, pad, rounding, batch, height, width } = drawWindow(draw)
      const [channels, multiplier] = [draw.int(1, 5), draw.int(1, 3)]
      const shapes = [
        [batch, height * 2, width * 2, channels],
        [...size, channels, multiplier],
      ]
      return caseOf(`${strides} ${JSON.stringify(pad)}`, draw, shapes, (x, filter) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding),
      )
    },
    Conv3D: (draw) => {
      const size = [draw.int(1, 3), draw.int(1, 3), draw.int(1, 3)]
      const strides: [number, number, number] = [draw.int(1, 2), draw.int(1, 2), draw.int(1, 2)]
      const pad = draw.oneOf(['same', 'valid'])
      const [from, to] = [draw.int(1, 3), draw.int(1, 3)]
      const shapes = [
        [draw.int(1, 2), ...size.map((length) => length + draw.int(0, 3)), from],
        [...size, from, to],
      ]
      return caseOf(`${strides} ${pad}`, draw, shapes, (x, filter) =>
        tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, pad),
      )
    },
    Dilation2D: (draw) => {
      const { size, strides, batch, height, width } = drawWindow(draw)
      const pad = draw.oneOf(['same', 'valid'])
      const channels = draw.int(1, 3)
      return caseOf(
        `${strides} ${pad}`,
        draw,
        [
          [batch, height, width, channels],
          [...size, channels],
        ],
        (x, filter) => tf.dilation2d(x as tf.Tensor4D, tf.mul(filter as tf.Tensor3D, 0.377), strides, pad),
      )
    },
  }
}

function pools(): Record<string, DrawCase> {
  const pool3D =
    (op: typeof tf.maxPool3d): DrawCase =>
    (draw) => {
      // The cpu backend's MaxPool3DGrad is wrong for windows that are no cubes.
      const side = draw.int(1, 3)
      const size: [number, number, number] = [side, side, side]
      const strides: [number, number, number] = [draw.int(1, 2), draw.int(1, 2), draw.int(1, 2)]
      const shape = [draw.int(1, 2), ...size.map((length) => length + draw.int(0, 3)), draw.int(1, 3)]
      return caseOf(`${size} ${strides}`, draw, [shape], (x) => op(x as tf.Tensor5D, size, strides, 'valid'))
    }
  return {
    MaxPool: (draw) => {
      const { size, strides, batch, height, width } = drawWindow(draw)
      const pad = draw.oneOf(['same', 'valid'])
      return caseOf(`${size} ${strides} ${pad}`, draw, [[batch, height, width, draw.int(1, 5)]], (x) =>
        tf.maxPool(x as tf.Tensor4D, size, strides, pad),
      )
    },
    AvgPool: (draw) => {
      const { size, strides, batch, height, width } = drawWindow(draw)
      return caseOf(`${size} ${strides}`, draw, [[batch, height, width, draw.int(1, 5)]], (x) =>
        tf.avgPool(x as tf.Tensor4D, size, strides, 'valid'),
      )
    },
    MaxPool3D: pool3D(tf.maxPool3d),
    AvgPool3D: pool3D(tf.avgPool3d),
  }
}

function images(): Record<string, DrawCase> {
  return {
    ResizeBilinear: (draw) => {
      // The cpu backend's gradient takes height for width, so the images are square.
      const side = draw.int(2, 6)
      const shape = [draw.int(1, 2), side, side, draw.int(1, 3)]
      const size: [number, number] = [draw.int(2, 8), draw.int(2, 8)]
      const alignCorners = draw.unit() < 0.5
      return caseOf(`${size} ${alignCorners}`, draw, [shape], (x) =>
        tf.image.resizeBilinear(x as tf.Tensor4D, size, alignCorners),
      )
    },
  }
}

function others(): Record<string, DrawCase> {
  return {
    FusedBatchNorm: (draw) => {
      const shape = draw.shape(2, 4)
      const channels = [shape.at(-1) ?? 1]
      return caseOf(
        '',
        draw,
        [shape, channels, channels, channels, channels],
        (x, mean, variance, offset, scale) =>
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
          ),
        0.3,
        2,
      )
    },
    LRN: (draw) => {
      const shape = [draw.int(1, 2), draw.int(1, 3), draw.int(1, 3), draw.int(1, 8)]
      return caseOf('', draw, [shape], (x) =>
        tf.localResponseNormalization(x as tf.Tensor4D, draw.int(1, 1) + 1, 1, 0.5, 0.6),
      )
    },
  }
}
