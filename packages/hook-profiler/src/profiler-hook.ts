import { checkOptions, Hook, HookloopError, type Runner } from '@hookloop/core'
import { memory } from '@tensorflow/tfjs-core'
import { type ProfilerHookOptions, profilerHookSchema } from './options.js'
import { ProfilePlan } from './profile-plan.js'
import { Profiling } from './profiling.js'
import { Reporter } from './reporter.js'

/** Times every hook and step at the beginning of the first run, then reports and gets out of the way. */
export class ProfilerHook extends Hook {
  override readonly priority = 'VERY_LOW'
  #profiling: Profiling | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(readonly options: ProfilerHookOptions = {}) {
    super()
    checkOptions('ProfilerHook', profilerHookSchema, options)
  }

  /** @throws `HL_PROFILER_TIMES` where the run is shorter than what is to be profiled */
  override beforeRun(runner: Runner): void {
    if (this.#profiling !== undefined) return
    const { byEpoch = true, profileTimes = 1, schedule, profileMemory = false } = this.options
    checkLength(runner, byEpoch, profileTimes)
    this.#profiling = new Profiling(
      new ProfilePlan(byEpoch, profileTimes, schedule),
      {
        origin: { experimentName: runner.experimentName, rank: runner.dist.rank },
        place: () => ({ epoch: runner.epoch, iter: runner.iter }),
        memory: profileMemory ? tensorMemory : undefined,
      },
      new Reporter(runner, this.options),
    )
    this.#profiling.begin((observer) => runner.hooks.observe(observer))
    runner.logger.info('ProfilerHook: profiling begins')
  }

  // However the run ends: usually all was reported long before.
  override async afterRun(): Promise<void> {
    await this.#profiling?.finish()
  }

  override dispose(): void {
    this.#profiling?.cancel()
  }
}

function tensorMemory() {
  const { numTensors, numBytes } = memory()
  return { numTensors, numBytes }
}

function checkLength({ trainLoop }: Runner, byEpoch: boolean, profileTimes: number): void {
  if (trainLoop === undefined) return
  const length = byEpoch ? trainLoop.maxEpochs : trainLoop.maxIters
  if (profileTimes <= length) return
  throw new HookloopError(
    'HL_PROFILER_TIMES',
    `profileTimes is ${profileTimes}, but the run has ${length} ${byEpoch ? 'epochs' : 'iterations'}; it must not be greater`,
  )
}
