import { setTimeout as pause } from 'node:timers/promises'
import { Contestant } from './contestant.mjs'
import { isInstalled } from './peers.mjs'
import { summarize } from './statistics.mjs'
import { systems } from './systems.mjs'
import { turnsOf } from './turns.mjs'
import { workloads } from './workloads.mjs'

const warmUpTurns = 2
const tuningTurns = 3
/** Pools of threads of the one before spin for a moment before they sleep. */
const restMilliseconds = 30

/**
 * @typedef {object} Result
 * @property {string} workload @property {string} system @property {object} settings @property {string} unit
 * @property {number} median @property {[number, number]} spread quartiles
 * @typedef {{ workload: string, system: string, reason: string }} Failure
 * @typedef {object} Options
 * @property {string[]} names of systems @property {number} rounds @property {boolean} isQuick
 * @property {Result[]} known of an earlier run, whose settings are taken instead of searching for the best
 * @property {(line: string) => void} print
 */

/**
 * All systems with a workload: the best settings of each, then rounds in which each has its turn.
 * @param {string} workload @param {Options} options
 * @returns {Promise<{ results: Result[], failures: Failure[] }>}
 */
export async function measure(workload, { names, rounds, isQuick, known, print }) {
  const failures = []
  const runs = []
  const fail = (system, { message: reason }) => {
    failures.push({ workload, system, reason })
    print(`${workload}: ${system} fails: ${reason}`)
  }
  for (const system of workloads[workload].systems.filter((name) => names.includes(name)))
    try {
      const before = known.find((result) => result.workload === workload && result.system === system)
      runs.push(await Run.prepare(workload, system, before?.settings, isQuick))
      print(`${workload}: ${system} is ready: ${JSON.stringify(runs.at(-1).settings)}`)
    } catch (error) {
      fail(system, error)
    }
  for (let round = 0; round < rounds; round++)
    for (const run of runs)
      try {
        await pause(restMilliseconds)
        await run.turn()
      } catch (error) {
        runs.splice(runs.indexOf(run), 1)
        fail(run.system, error)
      }
  const results = []
  for (const run of runs)
    try {
      results.push(await run.finish())
    } catch (error) {
      fail(run.system, error)
    }
  return { results, failures }
}

/** A system with a workload. */
class Run {
  #turns
  #values = []
  #losses = []

  constructor(workload, system, settings, isQuick) {
    Object.assign(this, { workload, system, settings })
    this.#turns = turnsOf(workload, system, settings, isQuick)
  }

  static async prepare(workload, system, knownSettings, isQuick) {
    const { home } = systems[system]
    if (home !== 'node' && !isInstalled(home)) throw new Error('not installed (npm run bench:peers)')
    const settings = knownSettings ?? (await bestSettings(workload, system, isQuick))
    const run = new Run(workload, system, settings, isQuick)
    try {
      for (let turn = 0; turn < warmUpTurns; turn++) await run.turn()
    } catch (error) {
      await run.#turns.stop()
      throw error
    }
    run.#values = []
    return run
  }

  async turn() {
    const { value, loss } = await this.#turns.take()
    this.#values.push(value)
    if (typeof loss === 'number') this.#losses.push(loss)
  }

  /** @throws where the loss has not fallen: such numbers mean nothing */
  async finish() {
    await this.#turns.stop()
    const untrained = Math.max(guessLoss(workloads[this.workload].task), this.#losses[0] ?? 0)
    const trained = this.#losses.length === 0 ? 0 : summarize(this.#losses.slice(-3)).median
    if (!(trained < 0.95 * untrained))
      throw new Error(`it does not train: the loss was ${untrained} untrained and is ${trained} now`)
    const { workload, system, settings } = this
    const { unit, convert = (value) => value } = workloads[workload]
    return { workload, system, settings, unit, ...summarize(this.#values.map(convert)) }
  }
}

/** Of equal chances for all classes, or of the mean; the first round has trained a net already. */
function guessLoss({ classes }) {
  return classes === undefined ? 2 / 3 : Math.log(classes)
}

/** Tries the choices, one list after the other. @returns {Promise<object>} */
async function bestSettings(workload, system, isQuick) {
  const { settings = {}, choices } = systems[system]
  const lists = choices?.({ isImage: workloads[workload].task.inputShape?.length === 3 }) ?? []
  let best = Object.assign({}, settings, ...lists.map(([first]) => first))
  if (isQuick) return best
  for (const list of lists) {
    const tried = []
    for (const choice of list) {
      const candidate = { ...best, ...choice }
      tried.push({ candidate, time: await timeOf(workload, system, candidate).catch(() => Infinity) })
    }
    best = tried.reduce((one, other) => (other.time < one.time ? other : one)).candidate
  }
  return best
}

/** The median of a few turns of the whole work, also where only a difference is wanted in the end. */
async function timeOf(workload, system, settings) {
  const { variants: [variant] = [{}], isStart } = workloads[workload]
  const turns = isStart
    ? turnsOf(workload, system, settings, false)
    : new Contestant(system, workload, { ...settings, ...variant }, false)
  const values = []
  try {
    for (let turn = 0; turn <= tuningTurns; turn++) values.push((await turns.take()).value)
    return summarize(values.slice(1)).median
  } finally {
    await turns.stop()
  }
}
