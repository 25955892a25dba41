import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'module'

setWasmPaths(
  createRequire(import.meta.url)
    .resolve('@tensorflow/tfjs-backend-wasm')
    .replace(/[^/]*$/, ''),
)
await tf.setBackend('wasm')
const rnd = (s, seed) => {
  const n = s.reduce((a, b) => a * b, 1)
  return Float32Array.from({ length: n }, (_, i) => Math.sin(i * 1.7 + seed))
}
async function cmp(name, f, ...shapes) {
  const r = []
  for (const b of ['cpu', 'wasm']) {
    await tf.setBackend(b)
    const ts = shapes.map((s, i) => tf.tensor(rnd(s, i), s))
    try {
      const y = f(...ts)
      r.push(y.dataSync())
    } catch (e) {
      r.push(null)
      console.log(name, b, e.message)
    }
  }
  if (r[0] && r[1]) {
    let m = 0
    for (let i = 0; i < r[0].length; i++) m = Math.max(m, Math.abs(r[0][i] - r[1][i]))
    console.log(name, JSON.stringify(shapes), m)
  }
}
for (const st of [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 1],
  [3, 3],
  [2, 2],
])
  for (const k of [1, 2, 3])
    await cmp('conv ' + st + ' k' + k, (x, f) => tf.conv2d(x, f, st, 'valid'), [1, 6, 5, 1], [3, k, 1, 4])
for (const st of [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 1],
  [3, 3],
  [2, 2],
])
  for (const k of [1, 2, 3])
    await cmp('conv 1x1 ' + st + ' k' + k, (x, f) => tf.conv2d(x, f, st, 'same'), [1, 6, 5, 2], [k, k, 2, 4])
await cmp('conv3d', (x, f) => tf.conv3d(x, f, [1, 2, 1], 'same'), [2, 3, 5, 5, 3], [1, 2, 3, 3, 3])
await cmp(
  'conv3d g',
  (x, f) => tf.grads((x, f) => tf.conv3d(x, f, [1, 2, 1], 'same'))([x, f])[1],
  [2, 3, 5, 5, 3],
  [1, 2, 3, 3, 3],
)
await cmp(
  'conv3d gv',
  (x, f) => tf.grads((x, f) => tf.conv3d(x, f, [1, 1, 1], 'valid'))([x, f])[1],
  [2, 3, 5, 5, 3],
  [1, 2, 3, 3, 3],
)
await cmp(
  'conv3d gs',
  (x, f) => tf.grads((x, f) => tf.conv3d(x, f, [1, 1, 1], 'same'))([x, f])[1],
  [2, 3, 5, 5, 3],
  [1, 3, 3, 3, 3],
)
await cmp(
  'conv3d gi',
  (x, f) => tf.grads((x, f) => tf.conv3d(x, f, [1, 2, 1], 'same'))([x, f])[0],
  [2, 3, 5, 5, 3],
  [1, 2, 3, 3, 3],
)
await cmp(
  'dil ',
  (x, f) => tf.grads((x, f) => tf.dilation2d(x, f, [1, 1], 'same'))([x, f])[1],
  [1, 3, 9, 3],
  [1, 4, 3],
)
await cmp(
  'dil ',
  (x, f) => tf.grads((x, f) => tf.dilation2d(x, f, [1, 1], 'same'))([x, f])[0],
  [1, 3, 9, 3],
  [1, 4, 3],
)
await cmp('mp3 ', (x) => tf.grad((x) => tf.maxPool3d(x, [1, 2, 3], [1, 2, 2], 'valid'))(x), [1, 3, 4, 5, 3])
