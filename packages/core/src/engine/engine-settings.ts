/** What native TensorFlow takes from its environment when it is loaded; what is left out stays as TensorFlow has it. */
export interface EngineSettings {
  /** Threads that share one operation (`TF_NUM_INTRAOP_THREADS`). TensorFlow's own: one per processor. */
  readonly intraOpThreads?: number
  /** Operations that run side by side (`TF_NUM_INTEROP_THREADS`). TensorFlow's own: one per processor. */
  readonly interOpThreads?: number
  /** oneDNN's kernels (`TF_ENABLE_ONEDNN_OPTS`). TensorFlow's own: on where the processor is fit for them. */
  readonly oneDnn?: boolean
  /** XLA compiles clusters of operations of a graph (in `TF_XLA_FLAGS`). TensorFlow's own: off. */
  readonly xla?: boolean
}

/** An engine with its settings. */
export interface EngineConfig extends EngineSettings {
  /** The one that has settings. */
  readonly name: 'tfjs-node'
  /**
   * `'auto'` measures a few settings on the model of this program, keeps the fastest for the next starts, and says which.
   * What is given beside it stays as it is given.
   */
  readonly settings?: 'auto'
}

export const settingNames = ['intraOpThreads', 'interOpThreads', 'oneDnn', 'xla'] as const

/** The settings alone. */
export function settingsOf(config: EngineSettings): EngineSettings {
  return Object.fromEntries(
    settingNames.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]])),
  )
}

/** As one writes them: `intraOpThreads: 1, oneDnn: false`. */
export function settingsText(settings: EngineSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

/** What is not as TensorFlow has it, for the line that names the engine; its intra-op threads are told in any case. */
export function specialSettings({ interOpThreads, oneDnn, xla }: EngineSettings): string[] {
  return [
    ...(interOpThreads === undefined ? [] : [`${countOf('inter-op thread', interOpThreads)}`]),
    ...(oneDnn === undefined ? [] : [`oneDNN ${oneDnn ? 'on' : 'off'}`]),
    ...(xla === true ? ['XLA on'] : []),
  ]
}

export function countOf(thing: string, count: number): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`
}
