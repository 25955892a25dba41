/**
 * Random examples: noise with a faint pattern of their class, so that there is something to learn, and three labels of ten
 * at random, so that the loss never gets near 0, where sums of tiny numbers would take another time. Without classes
 * the target is the sum of the inputs.
 * @returns {{ inputs: Float32Array, labels: Float32Array }} labels one-hot
 */
export function randomData({ inputShape, classes, examples }) {
  const random = generator(1)
  const size = inputShape.reduce((product, extent) => product * extent, 1)
  const inputs = Float32Array.from({ length: examples * size }, () => 2 * random() - 1)
  if (classes === undefined) return { inputs, labels: sums(inputs, size) }
  const patterns = Float32Array.from({ length: classes * size }, () => random() - 0.5)
  const labels = new Float32Array(examples * classes)
  for (let example = 0; example < examples; example++) {
    const pattern = Math.floor(random() * classes)
    for (let i = 0; i < size; i++) inputs[example * size + i] += patterns[pattern * size + i]
    const label = random() < 0.7 ? pattern : Math.floor(random() * classes)
    labels[example * classes + label] = 1
  }
  return { inputs, labels }
}

function sums(inputs, size) {
  return Float32Array.from({ length: inputs.length / size }, (_, example) =>
    inputs.subarray(example * size, (example + 1) * size).reduce((sum, value) => sum + value, 0),
  )
}

/** Numbers in [0, 1) that are the same each time (mulberry32). */
function generator(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
