import { parseArgs } from 'node:util'

/** What `npm start -- …` may say. */
export interface CommandLine {
  readonly resume: boolean
  readonly epochs: number
  readonly workDir: string
  readonly seed: number
}

export const usage = `npm start -- [options]
  --resume         go on where the last run stopped
  --epochs N       default 12
  --work-dir PATH  checkpoints, logs and report; default work_dirs/mnist
  --seed N         default 42`

/** Reads the arguments. @throws with the usage when they make no sense */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      resume: { type: 'boolean', default: false },
      epochs: { type: 'string', default: '12' },
      'work-dir': { type: 'string', default: 'work_dirs/mnist' },
      seed: { type: 'string', default: '42' },
    },
  })
  return {
    resume: values.resume,
    epochs: wholeNumber('--epochs', values.epochs, 1),
    workDir: values['work-dir'],
    seed: wholeNumber('--seed', values.seed, 0),
  }
}

/** The command that goes on with a run that was started with `args`. */
export function resumeCommand(args: readonly string[]): string {
  const others = args.filter((arg) => arg !== '--resume').map((arg) => (/\s/.test(arg) ? `'${arg}'` : arg))
  return ['npm start --', ...others, '--resume'].join(' ')
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${name} is '${text}'; it must be a whole number from ${least}`)
}
