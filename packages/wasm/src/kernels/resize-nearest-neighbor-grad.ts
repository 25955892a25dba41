import {
  ResizeNearestNeighbor,
  type ResizeNearestNeighborGradAttrs,
  type ResizeNearestNeighborGradInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { callKernel, floatsOf, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { KernelCall } from '../registration.js'

/**
 * Gives each gradient to the pixel that the forward kernel took. In place of the backend's own, which rounds in another
 * way than its forward kernel.
 */
export function resizeNearestNeighborGrad(
  call: KernelCall<ResizeNearestNeighborGradInputs, ResizeNearestNeighborGradAttrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { images, dy } = inputs
  const [batch = 1, height = 1, width = 1, channels = 1] = images.shape
  const [, newHeight = 1, newWidth = 1] = dy.shape
  return withIntermediates(backend, (intermediates) => {
    // The forward kernel itself tells where it takes a pixel from, when the pixels are numbered.
    const numbered = intermediates.own(backend.makeOutput([1, height, width, 1], 'float32'))
    floatsOf(backend, numbered).forEach((_, place, places) => {
      places[place] = place
    })
    const size: [number, number] = [newHeight, newWidth]
    const resized = { alignCorners: attrs.alignCorners, halfPixelCenters: false, size }
    const taken = intermediates.own(callKernel(backend, ResizeNearestNeighbor, { images: numbered }, resized))
    const dx = zeros(backend, images.shape)
    const [from, to, sources] = [floatsOf(backend, dy), floatsOf(backend, dx), floatsOf(backend, taken)]
    for (let image = 0; image < batch; image++)
      for (let place = 0; place < sources.length; place++) {
        const at = (image * height * width + (sources[place] ?? 0)) * channels
        const gradient = (image * sources.length + place) * channels
        for (let channel = 0; channel < channels; channel++)
          to[at + channel] = (to[at + channel] ?? 0) + (from[gradient + channel] ?? 0)
      }
    return dx
  })
}
