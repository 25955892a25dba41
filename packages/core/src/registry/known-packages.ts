/** Where well-known names live, so that an unknown `type` can be answered with an install command. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@hookloop/hook-checkpoint': ['CheckpointHook'],
  '@hookloop/hook-logger': ['LoggerHook'],
  '@hookloop/hook-ema': ['EMAHook'],
  '@hookloop/hook-iter-timer': ['IterTimerHook'],
  '@hookloop/hook-empty-cache': ['EmptyCacheHook'],
  '@hookloop/hook-dist-sampler-seed': ['DistSamplerSeedHook'],
  '@hookloop/hook-sync-buffer': ['SyncBuffersHook'],
  '@hookloop/hook-runtime-info': ['RuntimeInfoHook'],
  '@hookloop/hook-param-scheduler': ['ParamSchedulerHook'],
  '@hookloop/optim': [
    'OptimWrapper',
    ...['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'NAdam', 'RAdam', 'Lion'],
  ],
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
    ].flatMap((rule) => [`${rule}LR`, `${rule}Momentum`]),
    ...['OneCycleLR', 'ReduceOnPlateauLR', 'ReduceOnPlateauMomentum'],
  ],
}

/** The package that registers `type`, where it is one of ours. */
export function knownPackageOf(type: string): string | undefined {
  return Object.keys(homes).find((name) => homes[name]?.includes(type))
}

/** All names that our packages register. */
export function knownTypes(): string[] {
  return Object.values(homes).flat()
}
