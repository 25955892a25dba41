import { backend_util } from '@tensorflow/tfjs-core'

/** How the patches of a 2D convolution lie in its input. */
export interface PatchGeometry {
  readonly batch: number
  readonly inHeight: number
  readonly inWidth: number
  readonly channelsIn: number
  readonly outHeight: number
  readonly outWidth: number
  readonly channelsOut: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padTop: number
  readonly padBottom: number
  readonly padLeft: number
  readonly padRight: number
  /** Places of the output of one image. */
  readonly outSize: number
  /** Values of one patch: height × width × input channels. */
  readonly patchSize: number
}

type Conv2DInfoArguments = Parameters<typeof backend_util.computeConv2DInfo>

export function patchGeometry(
  inShape: Conv2DInfoArguments[0] | number[],
  filterShape: Conv2DInfoArguments[1] | number[],
  strides: Conv2DInfoArguments[2],
  pad: Conv2DInfoArguments[4],
  roundingMode: Conv2DInfoArguments[5],
): PatchGeometry {
  const info = backend_util.computeConv2DInfo(
    shape4D(inShape),
    shape4D(filterShape),
    strides,
    1,
    pad,
    roundingMode,
  )
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    channelsIn: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    channelsOut: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padBottom: info.padInfo.bottom,
    padLeft: info.padInfo.left,
    padRight: info.padInfo.right,
    outSize: info.outHeight * info.outWidth,
    patchSize: info.filterHeight * info.filterWidth * info.inChannels,
  }
}

export function shape4D(shape: readonly number[]): [number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1] = shape
  return [first, second, third, fourth]
}

export function shape5D(shape: readonly number[]): [number, number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1, fifth = 1] = shape
  return [first, second, third, fourth, fifth]
}

/** Floats of a chunk of columns: 16 MiB, so that a large batch does not make the heap grow by its patches. */
const chunkSize = 4 * 1024 * 1024

/** Runs an action for chunks of whole images. */
export function eachChunk(geometry: PatchGeometry, action: (begin: number, images: number) => void): void {
  const perImage = Math.max(1, geometry.outSize * geometry.patchSize)
  const images = Math.max(1, Math.floor(chunkSize / perImage))
  for (let begin = 0; begin < geometry.batch; begin += images)
    action(begin, Math.min(images, geometry.batch - begin))
}

/** Adds the rows of a matrix `[images × outSize, patchSize]` of patches to their places in the input. */
export function addColumns(
  dx: Float32Array,
  columns: Float32Array,
  geometry: PatchGeometry,
  begin: number,
  images: number,
): void {
  eachRun(geometry, begin, images, (inBegin, columnBegin, length) => {
    for (let i = 0; i < length; i++)
      dx[inBegin + i] = (dx[inBegin + i] ?? 0) + (columns[columnBegin + i] ?? 0)
  })
}

/** The parts of patches that lie side by side in the input too: the taps of one row of the filter inside the image. */
function eachRun(
  geometry: PatchGeometry,
  begin: number,
  images: number,
  action: (inBegin: number, columnBegin: number, length: number) => void,
): void {
  const { inHeight, inWidth, channelsIn, outHeight, outWidth, filterHeight, filterWidth } = geometry
  const { strideHeight, strideWidth, padTop, padLeft, patchSize } = geometry
  const rowSize = filterWidth * channelsIn
  let patch = 0
  for (let image = begin; image < begin + images; image++)
    for (let outRow = 0; outRow < outHeight; outRow++)
      for (let outColumn = 0; outColumn < outWidth; outColumn++, patch += patchSize) {
        const left = outColumn * strideWidth - padLeft
        const first = Math.max(0, -left)
        const length = (Math.min(filterWidth, inWidth - left) - first) * channelsIn
        if (length <= 0) continue
        for (let tap = 0; tap < filterHeight; tap++) {
          const row = outRow * strideHeight - padTop + tap
          if (row < 0 || row >= inHeight) continue
          const inBegin = ((image * inHeight + row) * inWidth + left + first) * channelsIn
          action(inBegin, patch + tap * rowSize + first * channelsIn, length)
        }
      }
}
