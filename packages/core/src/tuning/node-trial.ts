import { defaultHookSlots } from '../hook/default-hooks.js'
import type { RunnerOptions } from '../runner/options.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import type { Trial } from './measured-settings.js'
import { TrialHook } from './trial-hook.js'
import type { TrialMessage } from './trial-messages.js'

/** In the environment of a process that measures: the id of the one that it measures for. */
export const trialVariable = 'HOOKLOOP_TRIAL'

/** Of this process; undefined unless it was started to measure. */
export const trial: Trial | undefined = takeTrial()

function takeTrial(): Trial | undefined {
  // Programs that a trial starts inherit the variable and are none.
  if (Number(process.env[trialVariable]) !== process.ppid || process.send === undefined) return undefined
  process.on('disconnect', () => process.exit(1))
  // Listening must not keep a program alive that has come to its end.
  process.channel?.unref()
  return { optionsOf }
}

/** Training for its own sake: without hooks, judging and files, from scratch, without an end. */
function optionsOf(options: RunnerOptions): RunnerOptions {
  const { model, workDir, trainDataloader, trainCfg, optimWrapper, engine, randomness, logProcessor } =
    options
  return {
    model,
    workDir,
    ...(trainDataloader === undefined ? {} : { trainDataloader }),
    ...(trainCfg === undefined ? {} : { trainCfg: endless(trainCfg) }),
    ...(optimWrapper === undefined ? {} : { optimWrapper }),
    ...(engine === undefined ? {} : { engine }),
    ...(randomness === undefined ? {} : { randomness }),
    ...(logProcessor === undefined ? {} : { logProcessor }),
    defaultHooks: Object.fromEntries(defaultHookSlots.map((slot) => [slot, null])),
    customHooks: [new TrialHook(tell)],
    visualizer: { type: 'Visualizer', visBackends: [] },
    storage: new MemoryStorage(),
    handleSignals: false,
    console: false,
  }
}

function endless({
  maxTime: _,
  ...trainCfg
}: NonNullable<RunnerOptions['trainCfg']>): NonNullable<RunnerOptions['trainCfg']> {
  if (trainCfg.maxEpochs !== undefined) return { ...trainCfg, maxEpochs: 1_000_000 }
  return trainCfg.maxIters !== undefined ? { ...trainCfg, maxIters: 1_000_000_000 } : trainCfg
}

/** The last message ends the process; what the program would do after its training is not to happen. */
function tell(message: TrialMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, {}, () => {
      if (message.hookloopTrial === 'training') resolve()
      else process.exit()
    })
  })
}
