/**
 * Who is measured. `settings` always hold; of each list in `choices` a short run before finds the best, one list after the
 * other, beginning with the first of each.
 * @typedef {object} System
 * @property {'node' | 'keras' | 'torch' | 'jax'} home where its program runs: Node, or the environment of a peer
 * @property {string} program @property {object} [settings] @property {boolean} [isSlow]
 * @property {(workload: { isImage: boolean }) => object[][]} [choices] isImage: there are convolutions
 */

const tensorFlowThreads = [
  { intraOpThreads: 1, interOpThreads: 2 },
  { intraOpThreads: 2, interOpThreads: 2 },
  { intraOpThreads: 2, interOpThreads: 1 },
  { intraOpThreads: 1, interOpThreads: 1 },
]
/** Off by default on processors without instructions for neural networks, where it helps convolutions all the same. */
const oneDnn = [{ oneDnn: true }, { oneDnn: false }]
const tensorFlow = [oneDnn, tensorFlowThreads]
const threads = [{ threads: 2 }, { threads: 1 }]
const native = { engine: 'tfjs-node' }
const keras = {
  home: 'keras',
  program: 'keras_fit',
  choices: () => [
    [{ jitCompile: false }, { jitCompile: true }],
    [{ data: 'numpy' }, { data: 'tf.data' }],
    ...tensorFlow,
  ],
}
const torch = {
  home: 'torch',
  program: 'torch_loop',
  choices: ({ isImage }) => [...layouts(isImage), threads],
}

/** How PyTorch lays out pictures. */
function layouts(isImage) {
  return isImage ? [[{ channelsLast: false }, { channelsLast: true }]] : []
}

const jax = {
  home: 'jax',
  program: 'jax_loop',
  choices: () => [[{ thunkRuntime: true }, { thunkRuntime: false }], threads],
}

/** @type {Record<string, System>} */
export const systems = {
  'hookloop-compiled': {
    home: 'node',
    program: 'runner',
    settings: { ...native, compile: true },
    choices: () => tensorFlow,
  },
  'hookloop-1-per-call': {
    home: 'node',
    program: 'runner',
    settings: { ...native, compile: true, stepsPerCall: 1 },
    choices: () => tensorFlow,
  },
  'hookloop-8-per-call': {
    home: 'node',
    program: 'runner',
    settings: { ...native, compile: true, stepsPerCall: 8 },
    choices: () => tensorFlow,
  },
  'hookloop-eager': {
    home: 'node',
    program: 'runner',
    settings: { ...native, compile: false },
    choices: () => tensorFlow,
    isSlow: true,
  },
  'hookloop-wasm': {
    home: 'node',
    program: 'runner',
    settings: { engine: 'wasm', compile: false },
    isSlow: true,
  },
  'tfjs-fit': { home: 'node', program: 'tfjs-fit', choices: () => tensorFlow, isSlow: true },
  'keras-fit': keras,
  'keras-fit-50': { ...keras, settings: { stepsPerExecution: 50 } },
  torch: { ...torch, settings: { fused: false } },
  'torch-fused': { ...torch, settings: { fused: true } },
  'torch-compile': {
    ...torch,
    settings: { fused: true },
    choices: ({ isImage }) => [
      [{ compileMode: 'default' }, { compileMode: 'max-autotune' }],
      ...layouts(isImage),
      threads,
    ],
  },
  mmengine: {
    home: 'torch',
    program: 'mmengine_runner',
    settings: { fused: true },
    choices: () => [threads],
  },
  'jax-jit': jax,
  'jax-scan': {
    ...jax,
    // XLA's convolutions are many times slower in a loop, so that there is none with them.
    choices: ({ isImage }) => [
      isImage
        ? [{ stepsPerCall: 10, unroll: 10 }]
        : [
            { stepsPerCall: 50, unroll: 1 },
            { stepsPerCall: 50, unroll: 10 },
          ],
      ...jax.choices(),
    ],
  },
  'memory-copy': { home: 'node', program: 'ema', settings: { copy: true } },
  'write-and-flush': { home: 'node', program: 'checkpoint', settings: { plain: true } },
  'tf-train-adam': {
    home: 'node',
    program: 'optimizer',
    settings: { tf: true },
    choices: () => tensorFlow,
  },
}

/** What a process must find in its environment for settings that no function sets. */
export function environmentOf({ engine, oneDnn, intraOpThreads, interOpThreads, thunkRuntime, threads }) {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: '3', PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' }
  if (intraOpThreads !== undefined)
    return {
      ...quiet,
      ...(oneDnn === undefined ? {} : { TF_ENABLE_ONEDNN_OPTS: oneDnn ? '1' : '0' }),
      TF_NUM_INTRAOP_THREADS: String(intraOpThreads),
      // As the option of our engine says it; a program in Python has its own ways for calls.
      TF_NUM_INTEROP_THREADS: engine === 'tfjs-node' && interOpThreads === 1 ? '-1' : String(interOpThreads),
    }
  if (thunkRuntime !== undefined)
    return {
      ...quiet,
      JAX_PLATFORMS: 'cpu',
      XLA_FLAGS: `--xla_cpu_use_thunk_runtime=${thunkRuntime} --xla_cpu_multi_thread_eigen=${threads > 1}`,
    }
  return quiet
}
