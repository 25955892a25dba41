import { Draw, type DrawLayer } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'

/** How many configurations of each layer are compared. */
export const layerDraws = 8

const batch = 3

/** The output and the gradients towards all inputs and trainable weights. */
export function layerGradients(
  backend: string,
  drawLayer: DrawLayer,
  seed: number,
): { told: string; values: Float32Array[] } {
  tf.setBackend(backend)
  const draw = new Draw(seed)
  const { told, make, inputs, classes } = drawLayer(draw)
  const symbols = inputs.map((shape) =>
    tf.input({ shape: [...shape], dtype: classes === undefined ? 'float32' : 'int32' }),
  )
  const layer = make()
  const [onlyInput] = symbols
  const output = layer.apply(symbols.length === 1 && onlyInput !== undefined ? onlyInput : symbols)
  const model = tf.model({ inputs: symbols, outputs: output as tf.SymbolicTensor })
  const result = tf.tidy(() => {
    model.setWeights(model.getWeights().map((w) => tf.tensor(draw.values(w.shape, 0.1, 0.8), w.shape)))
    const xs = inputs.map((shape) => {
      const full = [batch, ...shape]
      if (classes === undefined) return tf.tensor(draw.values(full), full)
      const ids = Array.from(draw.values(full, 0, classes), Math.floor)
      return tf.tensor(ids, full, 'int32')
    })
    const run = (given: tf.Tensor[]): tf.Tensor => {
      const y = model.apply(given.length === 1 ? (given[0] as tf.Tensor) : given, {
        training: true,
      }) as tf.Tensor
      return tf.mul(y, tf.tensor(new Draw(seed).values(y.shape, 0.5, 1.5), y.shape))
    }
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const towardsWeights =
      variables.length === 0
        ? []
        : Object.values(tf.variableGrads(() => tf.sum(run(xs)) as tf.Scalar, variables).grads)
    const towardsInputs = classes === undefined ? tf.grads((...given: tf.Tensor[]) => run(given))(xs) : []
    return [run(xs), ...towardsInputs, ...towardsWeights].map((tensor) =>
      Float32Array.from(tensor.dataSync()),
    )
  })
  model.dispose()
  return { told, values: result }
}
