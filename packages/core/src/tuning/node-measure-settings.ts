import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { version_core } from '@tensorflow/tfjs-core'
import {
  countOf,
  type EngineConfig,
  type EngineSettings,
  settingsOf,
  settingsText,
} from '../engine/engine-settings.js'
import { packageInfo } from '../package-info.js'
import { environmentFor, isLibraryLoaded, settingsIn } from '../platform/node-engine-settings.js'
import { type Figure, fastest, nextSettings, timeOf, withTrial } from './candidates.js'
import type { MeasuredSettings } from './measured-settings.js'
import { type Program, runTrial, type TrialOutcome } from './node-run-trial.js'
import { type Key, type Measurement, SettingsStore } from './node-settings-store.js'
import { trial, trialVariable } from './node-trial.js'
import { trainingSignature } from './training-signature.js'
import type { TrialTraining } from './trial-messages.js'

const processors = availableParallelism()
/** What else decides how fast steps are; Node runs what is not compiled. */
const machine = [
  cpus()[0]?.model.trim(),
  countOf('processor', processors),
  `${Math.round(totalmem() / 2 ** 30)} GiB`,
  platform(),
  arch(),
  `Node ${process.versions.node.split('.')[0]}`,
].join(', ')

// A program may change its folder before it trains.
const startFolder = process.cwd()

/**
 * The settings that this program trains fastest with: kept from an earlier start, else measured in processes that run the
 * program again, up to a few training steps.
 * @param say tells that it takes a while
 */
export async function measureSettings(
  config: EngineConfig,
  say: (line: string) => void,
): Promise<MeasuredSettings> {
  // Its settings are in its environment.
  if (trial !== undefined) return { settings: {} }
  const fixed = settingsOf({ ...settingsIn(process.env), ...settingsOf(config) })
  const program = thisProgram()
  const obstacle = obstacleTo(program)
  if (program === undefined || obstacle !== undefined) return unmeasured(obstacle)
  return new Search(program, await keyOf(program, fixed), fixed).run(say)
}

function obstacleTo(program: Program | undefined): string | undefined {
  if (isLibraryLoaded())
    return (
      'TensorFlow is loaded already and cannot change them: call `await useEngine` of @hookloop/core before anything ' +
      'loads @tensorflow/tfjs-node, and import @tensorflow/tfjs in its place'
    )
  if (!isMainThread)
    return 'a worker thread cannot set them: call `await useEngine` in the main thread before'
  if (process.env[trialVariable] !== undefined) return 'the program was started by one that is being measured'
  if (program === undefined) return 'there is no program file that could be run again for it'
  if (process.env.VITEST !== undefined || process.env.JEST_WORKER_ID !== undefined)
    return 'a test runner is no program that could be run again for it'
  if (processesOfRun > 1) return 'several processes train together, and would disturb each other'
  return undefined
}

/** As Open MPI, MPICH and Slurm tell it. */
const processesOfRun = Number(
  process.env.OMPI_COMM_WORLD_SIZE ?? process.env.PMI_SIZE ?? process.env.SLURM_NTASKS ?? 1,
)

function unmeasured(obstacle: string | undefined): MeasuredSettings {
  return {
    settings: {},
    warning: `the engine's settings could not be measured, so that nothing is changed: ${obstacle}`,
  }
}

function thisProgram(): Program | undefined {
  const [, script, ...args] = process.argv
  if (script === undefined) return undefined
  return {
    script,
    args,
    execArgv: process.execArgv.filter((option) => !ofThisProcess.test(option)),
    cwd: startFolder,
  }
}

/** A debugger waits at a port, which one process can have. */
const ofThisProcess = /^--inspect(-brk|-wait)?(=|$)/

/** The file itself is part of it: after a change of it the model may be another one. */
async function keyOf(program: Program, fixed: EngineSettings): Promise<Key> {
  const text = await readFile(program.script).catch(() => '')
  const content = createHash('sha256').update(text).digest('hex')
  return { ...program, content, machine, fixed, tfjs: version_core, hookloop: packageInfo.version }
}

/** A program that takes long to come to its training is not run again after so many milliseconds of measuring. */
const longestSearch = 300_000

/** Finds the settings of one program. */
class Search {
  readonly #store = new SettingsStore()

  constructor(
    private readonly program: Program,
    private readonly programKey: Key,
    private readonly fixed: EngineSettings,
  ) {}

  async run(say: (line: string) => void): Promise<MeasuredSettings> {
    const kept = await this.#store.findOf(this.programKey)
    if (kept !== undefined) return this.#outcome(kept, 'kept')
    say(
      `measuring the engine's settings on this model: ${this.program.script} runs several times for a few training steps, ` +
        'in processes that write nothing; the result is kept for later starts',
    )
    const own = this.#next([]) ?? this.fixed
    let known: Measurement | undefined
    const first = await this.#trial(own, async (training) => {
      known = await this.#store.find(this.#keyOf(training))
      return known === undefined
    })
    // What does not come to its training as it is does not with other settings either.
    if (first.is === 'failed') return unmeasured(first.reason)
    const { training } = first
    const measurement = known ?? (await this.#measure(training, withTrial([], own, timeIn(first))))
    await this.#store.keep(this.programKey, this.#keyOf(training), measurement)
    return this.#outcome(measurement, known === undefined ? 'new' : 'kept')
  }

  async #measure({ signature, batch }: TrialTraining, begun: readonly Figure[]): Promise<Measurement> {
    const begin = performance.now()
    let figures = [...begun]
    for (let next = this.#next(figures); next !== undefined; next = this.#next(figures)) {
      figures = withTrial(figures, next, timeIn(await this.#trial(next)))
      if (performance.now() - begin > longestSearch) break
    }
    const chosen = fastest(figures)?.settings ?? {}
    return { time: new Date().toISOString(), machine, signature, batch, figures, chosen }
  }

  #next(figures: readonly Figure[]): EngineSettings | undefined {
    return nextSettings(processors, this.fixed, figures)
  }

  #trial(
    settings: EngineSettings,
    goOn: (training: TrialTraining) => Promise<boolean> = async () => true,
  ): Promise<TrialOutcome> {
    const environment = { ...process.env, ...environmentFor(settings, process.env) }
    return runTrial(this.program, environment, goOn)
  }

  #keyOf({ signature, batch }: TrialTraining): Key {
    return { machine, signature, batch, fixed: this.fixed }
  }

  #outcome(measurement: Measurement, age: 'new' | 'kept'): MeasuredSettings {
    let isConfirmed = false
    return {
      settings: measurement.chosen,
      note: noteOf(measurement, age),
      confirm: async (runner) => {
        const isAsMeasured = isConfirmed || trainingSignature(runner) === measurement.signature
        isConfirmed = true
        if (isAsMeasured) return undefined
        await this.#store.forget(this.programKey)
        return (
          "the engine's settings were measured on another model or library than is in use now; the next start measures " +
          'them anew'
        )
      },
    }
  }
}

function timeIn(outcome: TrialOutcome): number | undefined {
  return outcome.is === 'measured' ? outcome.msPerStep : undefined
}

/** What was chosen, the figures, and how to pin it. */
function noteOf({ chosen, figures, time }: Measurement, age: 'new' | 'kept'): string {
  const when = age === 'new' ? 'measured on this model' : `measured on this model on ${time.slice(0, 10)}`
  const list = figures.map((figure) => `${figureText(figure)} with ${nameOf(figure.settings)}`).join('; ')
  const pin =
    Object.keys(chosen).length === 0
      ? "engine: 'tfjs-node'"
      : `engine: { name: 'tfjs-node', ${settingsText(chosen)} }`
  return `Settings ${when}, per step: ${list}. To pin them: ${pin}`
}

function nameOf(settings: EngineSettings): string {
  return Object.keys(settings).length === 0 ? "TensorFlow's own" : settingsText(settings)
}

function figureText(figure: Figure): string {
  return figure.msPerStep.length === 0 ? 'failed' : `${Number(timeOf(figure).toPrecision(3))} ms`
}
