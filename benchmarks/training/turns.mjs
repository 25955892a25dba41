import { Contestant } from './contestant.mjs'
import { workloads } from './workloads.mjs'

/**
 * What takes turns in the measurement: `take` gives the milliseconds of one.
 * @typedef {{ take(): Promise<{ value: number, loss?: number }>, stop(): Promise<void> }} Turns
 */

/** @param {string} workload @param {string} system @param {object} settings @param {boolean} isQuick @returns {Turns} */
export function turnsOf(workload, system, settings, isQuick) {
  const { variants, isStart } = workloads[workload]
  const contestant = (variant) => new Contestant(system, workload, { ...settings, ...variant }, isQuick)
  if (isStart) return new Starts(contestant)
  return variants === undefined ? contestant() : new Differences(...variants.map(contestant))
}

/** How much more the first takes. */
class Differences {
  constructor(first, second) {
    Object.assign(this, { first, second })
  }

  async take() {
    const [{ value, loss }, other] = [await this.first.take(), await this.second.take()]
    return { value: value - other.value, loss }
  }

  async stop() {
    await Promise.all([this.first.stop(), this.second.stop()])
  }
}

/** A process for each turn, which is counted from its start. */
class Starts {
  constructor(contestant) {
    this.contestant = contestant
  }

  async take() {
    const begin = performance.now()
    const contestant = this.contestant()
    try {
      await contestant.take()
      return { value: performance.now() - begin }
    } finally {
      await contestant.stop()
    }
  }

  async stop() {}
}
