import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pythonOf } from './peers.mjs'
import { environmentOf, systems } from './systems.mjs'
import { batchSize, workloads } from './workloads.mjs'

/** Compiling may take minutes. */
const mostMilliseconds = 600_000

/** A system with a workload in a process of its own. */
export class Contestant {
  #child
  #answers
  #errors = ''

  /** @param {string} system @param {string} workload @param {object} settings @param {boolean} isQuick rounds are short */
  constructor(system, workload, settings, isQuick) {
    const { home } = systems[system]
    const task = JSON.stringify(taskOf(system, workload, settings, isQuick))
    const [program, file] =
      home === 'node'
        ? [process.execPath, join(import.meta.dirname, 'node', 'child.mjs')]
        : [pythonOf(home), join(import.meta.dirname, 'python', 'child.py')]
    this.#child = spawn(program, [file, task], {
      env: { ...process.env, ...environmentOf(settings) },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    })
    // A child that has failed closes its end first; its answer says why.
    this.#child.stdin.on('error', () => undefined)
    this.#child.stderr.on('data', (chunk) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-4000)
    })
    this.#answers = createInterface({ input: this.#child.stdio[3] })[Symbol.asyncIterator]()
  }

  /** @returns {Promise<{ value: number, loss?: number }>} milliseconds, per step where the workload has steps */
  async take() {
    this.#child.stdin.write('\n')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), mostMilliseconds)
    const { value: line } = await this.#answers.next()
    clearTimeout(timer)
    const answer = line === undefined ? { failed: this.#lastWords() } : JSON.parse(line)
    if (answer.failed !== undefined) throw new Error(answer.failed)
    return answer
  }

  async stop() {
    const ended = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.stdin.end()
    if (this.#child.exitCode === null && this.#child.signalCode === null) await ended
  }

  #lastWords() {
    const last = this.#errors.trim().split('\n').at(-1)
    return last || 'the process ended without a word'
  }
}

function taskOf(system, workload, settings, isQuick) {
  const { home, program, isSlow } = systems[system]
  const { task, program: own } = workloads[workload]
  const steps = isSlow || isQuick ? task.slowSteps : task.steps
  return {
    ...task,
    steps,
    batchSize,
    examples: settings.examples ?? steps * batchSize,
    program: own?.[home === 'node' ? 'node' : 'python'] ?? program,
    system,
    settings,
  }
}
