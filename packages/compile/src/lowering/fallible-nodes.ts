import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'

/** Operations that give what they gave when they were recorded, in the same shape, whatever values they get. */
const infallible: ReadonlySet<string> = new Set(
  [
    'Const Placeholder VarHandleOp ReadVariableOp Identity CheckNumerics',
    'AssignVariableOp ResourceApplyAdam ResourceApplyGradientDescent ResourceApplyMomentum',
    'Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh',
    'AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad BatchMatMulV2 BatchToSpaceND BiasAdd BiasAddGrad',
    'Cast Ceil Complex ComplexAbs ConcatV2 Conv2D Conv2DBackpropFilter Conv2DBackpropInput',
    'Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 Cos Cosh Cumprod Cumsum DepthToSpace',
    'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Diag',
    'Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput DivNoNan Einsum Elu EluGrad Equal Erf Exp ExpandDims',
    'Expm1 FFT Fill Floor Greater GreaterEqual IFFT Imag IsFinite IsInf IsNan',
    'FusedBatchNorm FusedBatchNormGrad FusedBatchNormGradV3 FusedBatchNormV3 IRFFT LinSpace LogSoftmax RFFT Range BroadcastTo',
    'LRN LRNGrad LeakyRelu LeakyReluGrad Less LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr MatMul Max MaxPool',
    'MaxPool3D MaxPool3DGrad MaxPoolGrad Maximum Mean Min Minimum MirrorPad Mul Neg NotEqual OneHot OnesLike Pack Pad',
    'PadV2 Prod Real RealDiv Reciprocal Relu Relu6 Relu6Grad ReluGrad Reshape ResizeBilinear ResizeBilinearGrad',
    'ResizeNearestNeighbor ResizeNearestNeighborGrad ReverseV2 Round Rsqrt Select SelectV2 Selu SeluGrad Sigmoid Sign Sin',
    'Sinh Slice Softmax Softplus SpaceToBatchND SpaceToDepth Split SplitV Sqrt Square SquaredDifference StridedSlice Sub',
    'Sum Tan Tanh Tile TopKV2 Transpose Unpack ZerosLike',
  ].flatMap((line) => line.split(' ')),
)

/** So are these with decimal numbers; whole ones can be divided by 0. */
const infallibleWithFloats: ReadonlySet<string> = new Set(['Div', 'FloorDiv', 'FloorMod', 'Pow'])

/** They fail with some values, such as an index out of range; where they do not, the shape is the recorded one. */
const fixedShape: ReadonlySet<string> = new Set([
  ...infallibleWithFloats,
  'Bincount',
  'CropAndResize',
  'DenseBincount',
  'GatherNd',
  'GatherV2',
  'ScatterNd',
  'SparseToDense',
  'TensorScatterUpdate',
  'UnsortedSegmentSum',
])

/** Names of nodes that may fail with other values than those that were recorded. */
export interface FallibleNodes {
  /** For the values that they get, such as an index out of range. */
  readonly byValues: ReadonlySet<string>
  /** For their shape: they are made of what one of {@link byValues} gives, which may have another one then. */
  readonly byShape: ReadonlySet<string>
}

/** @param nodes in an order in which inputs come first */
export function fallibleNodes(nodes: readonly GraphNode[]): FallibleNodes {
  const [byValues, byShape, shapeless] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const { name, op, inputs, attrs } of nodes) {
    const isSound = infallible.has(op) || (infallibleWithFloats.has(op) && isFloat(attrs.T))
    const isOfShapeless = inputs.some((input) => shapeless.has(input.replace(/:\d+$/, '')))
    if (!isSound) byValues.add(name)
    else if (isOfShapeless) byShape.add(name)
    if (isOfShapeless || !(isSound || fixedShape.has(op))) shapeless.add(name)
  }
  return { byValues, byShape }
}

function isFloat(type: AttrValue | undefined): boolean {
  const [float32, double] = [1, 2]
  return type !== undefined && 'type' in type && (type.type === float32 || type.type === double)
}
