// What is to be reached: ratios of medians of one run, ours to others'; the best of several counts.
const dense = ['mlp', 'dense20']
const cnn = ['cnn']
const torches = ['torch', 'torch-fused', 'torch-compile']

/**
 * @typedef {object} Bar
 * @property {string} measure @property {string[]} workloads @property {string} [ours] default hookloop-compiled
 * @property {string[]} [against] none: the bar is a number of the workload's unit
 * @property {number} [atMost] part of their time @property {number} [atLeast] part of their rate
 */

/** @type {Bar[]} */
export const bars = [
  {
    measure: 'compiled step against tfjs-node `model.fit`',
    workloads: dense,
    against: ['tfjs-fit'],
    atMost: 1 / 6,
  },
  {
    measure: 'compiled step against tfjs-node `model.fit`',
    workloads: cnn,
    against: ['tfjs-fit'],
    atMost: 1 / 3,
  },
  { measure: 'compiled step against Keras `fit`', workloads: dense, against: ['keras-fit'], atMost: 0.4 },
  { measure: 'compiled step against Keras `fit`', workloads: cnn, against: ['keras-fit'], atMost: 0.95 },
  {
    measure: 'compiled step against Keras `fit`',
    workloads: ['resnet', 'lstm', 'transformer'],
    against: ['keras-fit'],
    atMost: 0.9,
  },
  {
    measure: 'compiled step against the best of PyTorch',
    workloads: [...dense, 'cnn'],
    against: torches,
    atMost: 1,
  },
  {
    measure: 'compiled step against JAX `jit`',
    workloads: [...dense, 'cnn'],
    against: ['jax-jit'],
    atMost: 1,
  },
  {
    measure: 'compiled step against JAX `scan`',
    workloads: ['mlp', 'cnn'],
    against: ['jax-scan'],
    atMost: 1,
  },
  { measure: 'compiled step against JAX `scan`', workloads: ['dense20'], against: ['jax-scan'], atMost: 1.2 },
  {
    measure: 'compiled step against MMEngine’s Runner',
    workloads: dense,
    against: ['mmengine'],
    atMost: 0.6,
  },
  { measure: 'cost of the default hooks, µs per iteration', workloads: ['hooks'], atMost: 4 },
  {
    measure: '8 steps per call against 1',
    workloads: ['tiny'],
    ours: 'hookloop-8-per-call',
    against: ['hookloop-1-per-call'],
    atMost: 0.5,
  },
  {
    measure: '8 steps per call against 1',
    workloads: dense,
    ours: 'hookloop-8-per-call',
    against: ['hookloop-1-per-call'],
    atMost: 0.85,
  },
  {
    measure: 'eager Adam against `tf.train.adam`, 100 tensors',
    workloads: ['optimizer100'],
    ours: 'hookloop-eager',
    against: ['tf-train-adam'],
    atMost: 1 / 3,
  },
  {
    measure: 'EMA update against copying memory',
    workloads: ['ema'],
    ours: 'hookloop-eager',
    against: ['memory-copy'],
    atLeast: 0.6,
  },
]

/**
 * Each bar with each of its workloads.
 * @param {Bar[]} list @param {import('./measure.mjs').Result[]} results
 * @returns {{ measure: string, workload: string, bar: number, isRate: boolean, measured?: number, other?: string, isReached?: boolean }[]}
 */
export function judge(list, results) {
  return list.flatMap(({ measure, workloads, ours = 'hookloop-compiled', against, atMost, atLeast }) =>
    workloads.map((workload) => {
      const find = (system) =>
        results.find((result) => result.workload === workload && result.system === system)
      const isRate = atLeast !== undefined
      const judged = { measure, workload, bar: atMost ?? atLeast, isRate }
      const [mine, others] = [find(ours), (against ?? []).map(find).filter((other) => other !== undefined)]
      if (mine === undefined || (against !== undefined && others.length === 0)) return judged
      const best = others.sort((a, b) => (isRate ? b.median - a.median : a.median - b.median))[0]
      const measured = best === undefined ? mine.median : mine.median / best.median
      const isReached = isRate ? measured >= atLeast : measured <= atMost
      return { ...judged, measured, other: best?.system, isReached }
    }),
  )
}
