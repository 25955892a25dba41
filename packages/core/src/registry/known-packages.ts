/** Names by the package that registers them, by what they are. */
const homes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  hook: {
    '@hookloop/hook-checkpoint': ['CheckpointHook'],
    '@hookloop/hook-logger': ['LoggerHook'],
    '@hookloop/hook-ema': ['EMAHook'],
    '@hookloop/hook-iter-timer': ['IterTimerHook'],
    '@hookloop/hook-empty-cache': ['EmptyCacheHook'],
    '@hookloop/hook-dist-sampler-seed': ['DistSamplerSeedHook'],
    '@hookloop/hook-sync-buffer': ['SyncBuffersHook'],
    '@hookloop/hook-runtime-info': ['RuntimeInfoHook'],
    '@hookloop/hook-param-scheduler': ['ParamSchedulerHook'],
    '@hookloop/hook-early-stopping': ['EarlyStoppingHook'],
    '@hookloop/hook-visualization': ['NaiveVisualizationHook'],
    '@hookloop/hook-closure': ['ClosureHook'],
    '@hookloop/hook-prepare-tta': ['PrepareTTAHook'],
    '@hookloop/hook-profiler': ['ProfilerHook'],
  },
  'step compiler': { '@hookloop/compile': ['ModelStepCompiler'] },
  'visualizer backend': { '@hookloop/vis-tensorboard': ['TensorboardVisBackend'] },
  metric: {
    '@hookloop/metrics': [
      ...['SingleLabelMetric', 'ConfusionMatrix', 'MeanAbsoluteError', 'MeanSquaredError', 'DumpResults'],
    ],
  },
  'optimizer wrapper': { '@hookloop/optim': ['OptimWrapper', 'OptimWrapperDict'] },
  optimizer: {
    '@hookloop/optim': [
      ...['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'NAdam', 'RAdam', 'Lion'],
    ],
  },
  'parameter scheduler': {
    '@hookloop/scheduler': [
      ...[
        'Constant',
        'Linear',
        'Step',
        'MultiStep',
        'Exponential',
        'CosineAnnealing',
        'Poly',
        'CosineRestart',
        'Cyclic',
      ].flatMap((rule) => [`${rule}LR`, `${rule}Momentum`]),
      ...['InvLR', 'OneCycleLR', 'OneCycleMomentum', 'ReduceOnPlateauLR', 'ReduceOnPlateauMomentum'],
    ],
  },
}

/** The well-known package that registers `type` as a `kind`, such as `hook`. */
export function knownPackageOf(kind: string, type: string): string | undefined {
  const packages = homes[kind] ?? {}
  return Object.keys(packages).find((name) => packages[name]?.includes(type))
}

/** All well-known names of a kind. */
export function knownTypes(kind: string): string[] {
  return Object.values(homes[kind] ?? {}).flat()
}

/** What else `type` is a name of, such as `optimizer`. */
export function knownKindOf(type: string): string | undefined {
  return Object.keys(homes).find((kind) => knownPackageOf(kind, type) !== undefined)
}

/** A package of hookloop that registers something. */
export interface KnownPackage {
  readonly name: string
  /** What it registers, such as `hook`: the `kind` of a registry. */
  readonly kind: string
  readonly types: readonly string[]
}

/** The packages of hookloop that register something, installed or not; one that registers several kinds comes once for each. */
export function knownPackages(): KnownPackage[] {
  return Object.entries(homes).flatMap(([kind, packages]) =>
    Object.entries(packages).map(([name, types]) => ({ name, kind, types })),
  )
}
