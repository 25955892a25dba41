/**
 * What is measured. `net`, shapes and `steps` of a round are told to the child; slow systems make `slowSteps`, so that a
 * round takes about a second with each.
 *
 * `variants`: two settings whose difference is measured. `unit` and `rate` say how a child's answer (milliseconds) is told:
 * a rate is better when it is greater.
 * @typedef {object} Workload
 * @property {string} title @property {string} unit @property {string[]} systems
 * @property {string} [net] @property {string} [program] a program of its own instead of the training one
 * @property {object} [task] @property {[object, object]} [variants]
 * @property {(milliseconds: number) => number} [convert] @property {boolean} [rate] @property {boolean} [isStart]
 */

const node = ['hookloop-compiled', 'hookloop-eager', 'hookloop-wasm', 'tfjs-fit']
const python = [
  'keras-fit',
  'keras-fit-50',
  'torch',
  'torch-fused',
  'torch-compile',
  'mmengine',
  'jax-jit',
  'jax-scan',
]
const all = ['hookloop-1-per-call', 'hookloop-8-per-call', ...node, ...python]
const withoutFit = all.filter((name) => name !== 'tfjs-fit')
const image = [28, 28, 1]
const mlp = { net: 'mlp', inputShape: [784], classes: 10, steps: 300, slowSteps: 50 }

/** Weights of the workloads that move bytes: 25 tensors of a million numbers. */
export const largeWeights = { tensors: 25, numbers: 1_000_000 }
const megabytes = (4 * largeWeights.tensors * largeWeights.numbers) / 1e6

/** @type {Record<string, Workload>} */
export const workloads = {
  mlp: { title: 'MLP 784-256-256-10', unit: 'ms per step', systems: all, task: mlp },
  dense20: {
    title: '20 dense layers of 64',
    unit: 'ms per step',
    systems: all,
    task: { net: 'dense20', inputShape: [64], classes: 64, steps: 300, slowSteps: 50 },
  },
  cnn: {
    title: 'MNIST CNN (32-64 conv 3x3, max pools, 128 dense)',
    unit: 'ms per step',
    systems: all,
    task: { net: 'cnn', inputShape: image, classes: 10, steps: 50, slowSteps: 50 },
  },
  resnet: {
    title: 'ResNet of 3 blocks with batch norm (CIFAR shapes, 16-32-64 channels)',
    unit: 'ms per step',
    systems: all,
    task: { net: 'resnet', inputShape: [32, 32, 3], classes: 10, steps: 50, slowSteps: 50 },
  },
  lstm: {
    title: 'LSTM of 64 units over 32 steps of 32 numbers',
    unit: 'ms per step',
    systems: all,
    task: { net: 'lstm', inputShape: [32, 32], classes: 10, steps: 50, slowSteps: 50 },
  },
  transformer: {
    title: 'transformer encoder: 2 blocks, sequence 32, width 64, 4 heads, dropout 0.1',
    unit: 'ms per step',
    systems: withoutFit,
    task: { net: 'transformer', inputShape: [32, 32], classes: 10, steps: 50, slowSteps: 50 },
  },
  tiny: {
    title: 'net of 9 weights, 10,000 steps and more',
    unit: 'ms per step',
    systems: all,
    task: { net: 'tiny', inputShape: [2], steps: 1000, slowSteps: 100 },
  },
  hooks: {
    title: 'cost of the default hooks with a model that does nothing (difference of runs with and without)',
    unit: 'µs per iteration',
    systems: ['hookloop-compiled', 'hookloop-eager', 'mmengine'],
    program: { node: 'hooks', python: 'mmengine_hooks' },
    task: { steps: 10_000, slowSteps: 10_000 },
    variants: [{ hooks: true }, { hooks: false }],
    convert: (milliseconds) => milliseconds * 1000,
  },
  ema: {
    title: 'moving average of 100 MB of weights, against copying them',
    unit: 'GB/s',
    systems: ['hookloop-eager', 'memory-copy'],
    program: { node: 'ema' },
    task: { steps: 5, slowSteps: 5, ...largeWeights },
    convert: (milliseconds) => megabytes / milliseconds,
    rate: true,
  },
  'ema-step': {
    title: 'what EMAHook adds to a step of the MLP (difference of runs with and without)',
    unit: 'ms per step',
    systems: ['hookloop-compiled', 'hookloop-eager'],
    task: mlp,
    variants: [{ ema: true }, { ema: false }],
  },
  checkpoint: {
    title: 'saving 100 MB of weights, against writing and flushing the same bytes',
    unit: 'MB/s',
    systems: ['hookloop-eager', 'write-and-flush'],
    program: { node: 'checkpoint' },
    task: { steps: 1, slowSteps: 1, ...largeWeights },
    convert: (milliseconds) => (megabytes * 1000) / milliseconds,
    rate: true,
  },
  stall: {
    title:
      'what the loop waits for a checkpoint of the MLP (saved every 50 steps; difference to runs without)',
    unit: 'ms per save',
    systems: ['hookloop-compiled', 'hookloop-eager'],
    task: mlp,
    variants: [{ checkpointInterval: 50 }, {}],
    convert: (milliseconds) => milliseconds * 50,
  },
  start: {
    title:
      'from the start of the process to the end of the first step of the MLP, recording and compiling included',
    unit: 's',
    systems: all.filter(
      (name) => !['hookloop-1-per-call', 'hookloop-8-per-call', 'keras-fit-50', 'jax-scan'].includes(name),
    ),
    task: { ...mlp, steps: 1, slowSteps: 1 },
    convert: (milliseconds) => milliseconds / 1000,
    isStart: true,
  },
  optimizer100: {
    title: "Adam's update of 100 tensors of 64 x 64",
    unit: 'ms per update',
    systems: ['hookloop-eager', 'tf-train-adam', 'torch-fused'],
    program: { node: 'optimizer', python: 'torch_optimizer' },
    task: { steps: 20, slowSteps: 20, tensors: 100, shape: [64, 64] },
  },
  'short-batch': {
    title: 'a last batch of 32 examples, MLP (difference of epochs of 20 batches with it and of 19 without)',
    unit: 'ms per short batch',
    systems: [
      'hookloop-compiled',
      'hookloop-eager',
      'tfjs-fit',
      'keras-fit',
      'torch-fused',
      'torch-compile',
      'jax-jit',
    ],
    task: { ...mlp, steps: 1, slowSteps: 1, epochs: 15 },
    variants: [{ examples: 19 * 64 + 32 }, { examples: 19 * 64 }],
  },
}

export const batchSize = 64
