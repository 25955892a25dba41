import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { trialVariable } from './node-trial.js'
import { type TrialTraining, trialMessage } from './trial-messages.js'

/** A program as it was started. */
export interface Program {
  readonly script: string
  readonly args: readonly string[]
  /** Options of Node before the script. */
  readonly execArgv: readonly string[]
  readonly cwd: string
}

/** What came of running a program for a few training steps. */
export type TrialOutcome =
  | { readonly is: 'measured'; readonly msPerStep: number; readonly training: TrialTraining }
  | { readonly is: 'stopped'; readonly training: TrialTraining }
  | { readonly is: 'failed'; readonly reason: string }

export interface TrialLimits {
  /** Seconds from the start of the program to its first training step. */
  readonly start: number
  /** Seconds from there to the figure. */
  readonly measure: number
}

const usualLimits: TrialLimits = { start: 120, measure: 60 }

/**
 * Runs a program again, up to the moment when its training steps are measured.
 * @param environment with the settings to measure
 * @param goOn hears what is trained; false ends the trial there
 */
export async function runTrial(
  program: Program,
  environment: NodeJS.ProcessEnv,
  goOn: (training: TrialTraining) => Promise<boolean>,
  limits = usualLimits,
): Promise<TrialOutcome> {
  const child = spawn(process.execPath, [...program.execArgv, program.script, ...program.args], {
    cwd: program.cwd,
    env: { ...environment, [trialVariable]: String(process.pid) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  })
  try {
    return await outcomeOf(child, goOn, limits)
  } finally {
    child.kill('SIGKILL')
  }
}

function outcomeOf(
  child: ChildProcess,
  goOn: (training: TrialTraining) => Promise<boolean>,
  limits: TrialLimits,
): Promise<TrialOutcome> {
  return new Promise((resolve) => {
    let training: TrialTraining | undefined
    let timer: NodeJS.Timeout | undefined
    const end = (outcome: TrialOutcome) => {
      clearTimeout(timer)
      resolve(outcome)
    }
    const fail = (reason: string) => end({ is: 'failed', reason })
    const failAfter = (seconds: number, reason: string) => {
      clearTimeout(timer)
      timer = setTimeout(() => fail(`${reason} within ${seconds} s`), 1000 * seconds)
    }
    failAfter(limits.start, 'the program did not come to its training')
    child.on('message', (value) => {
      const message = trialMessage(value)
      if (message?.hookloopTrial === 'failed') return fail(message.reason)
      if (message?.hookloopTrial === 'training') {
        training = message
        failAfter(limits.measure, 'its training steps could not be measured')
        void goOn(message).then((isWanted) => isWanted || end({ is: 'stopped', training: message }))
      }
      if (message?.hookloopTrial === 'measured' && training !== undefined)
        end({ is: 'measured', msPerStep: message.msPerStep, training })
    })
    const errors = lastLine(child.stderr)
    child.on('error', (error) => fail(error.message))
    child.on('close', (code, signal) =>
      fail(`the program ended (${signal ?? code}) before it trained${errors()}`),
    )
  })
}

/** The last message of an error that a stream shows. */
function lastLine(stream: Readable | null): () => string {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-10_000)
  })
  return () => {
    const errors = text.split('\n').filter((line) => /^(\w*Error\b|Uncaught)/.test(line))
    return errors.length === 0 ? '' : `: ${errors.at(-1)}`
  }
}
