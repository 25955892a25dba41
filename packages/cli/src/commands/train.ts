import type { Runner } from '@hookloop/core'
import { checkFile } from '../checkpoint/check-file.js'
import { CliError } from '../cli-error.js'
import type { Fields } from '../config/plain-object.js'
import { type ConfigArguments, type LoadedConfig, loadConfigOf } from '../project/load-project.js'
import { keepOutputForJson, note } from '../terminal/print.js'
import { ownName, shellWords } from '../terminal/shell-words.js'
import type { DataArguments } from './common.js'
import { endOf, exitCodeOf, noteImports, runnerOf, tellEnd } from './conduct.js'

export interface TrainArguments extends ConfigArguments, DataArguments {
  /** A checkpoint, or true for the last one of the work dir. */
  readonly resume?: string | true
  /** Batches of everything. */
  readonly fastDevRun?: number
  /** What configs of OpenMMLab are trained with; only `no` is possible. */
  readonly amp?: string
}

/** `hookloop train`. @returns the exit code */
export async function train(given: string, args: TrainArguments): Promise<number> {
  checkAmp(args.amp)
  if (args.json === true) keepOutputForJson()
  const loaded = await loadConfigOf(given, args)
  noteImports(loaded, args)
  const runner = await runnerFor(loaded, args)
  const end = await endOf(() => runner.train())
  const lastCheckpoint = await lastCheckpointOf(runner, args)
  if (end.outcome === 'interrupted') noteInterruption(runner, lastCheckpoint, resumeCommand(given, args))
  tellEnd(runner, end, args, { ...positionOf(runner), ...(lastCheckpoint && { lastCheckpoint }) })
  runner.dispose()
  return exitCodeOf(end)
}

async function runnerFor(loaded: LoadedConfig, args: TrainArguments): Promise<Runner> {
  const { resume, fastDevRun } = args
  const config = fastDevRun === undefined ? loaded.config : { ...loaded.config, fastDevRun }
  if (resume === undefined) return runnerOf(loaded, config, args)
  if (resume !== true) {
    checkFile(resume, config)
    return runnerOf(loaded, { ...config, resume: true, loadFrom: resume }, args)
  }
  const { loadFrom, ...others } = config
  const runner = runnerOf(loaded, { ...others, resume: true }, args)
  // The first start of a run that begins with given weights has nothing to resume yet, and must not lose them.
  if (loadFrom === undefined || (await runner.findLastCheckpoint()) !== undefined) return runner
  runner.dispose()
  return runnerOf(loaded, config, args)
}

function checkAmp(amp: string | undefined): void {
  if (amp === undefined || amp === 'no') return
  throw new CliError(
    'HL_CLI_AMP',
    `--amp is '${amp}', but TensorFlow.js has no automatic mixed precision; leave --amp out, or say --amp no`,
  )
}

/** A dry run leaves nothing that could be resumed; what lies in its work dir is of other runs. */
async function lastCheckpointOf(runner: Runner, { fastDevRun }: TrainArguments): Promise<string | undefined> {
  return fastDevRun === undefined ? runner.findLastCheckpoint() : undefined
}

function noteInterruption(runner: Runner, lastCheckpoint: string | undefined, command: string): void {
  const place = `interrupted at epoch ${runner.epoch}, iteration ${runner.iter}`
  note(
    lastCheckpoint === undefined
      ? `${place}; nothing was saved (@hookloop/hook-checkpoint saves)`
      : `${place}; last checkpoint: ${lastCheckpoint}\ngo on with: ${command}`,
  )
}

/** The command that goes on with a run. */
export function resumeCommand(given: string, { workDir, cfgOptions, autoImport }: TrainArguments): string {
  return shellWords([
    ...ownName().split(' '),
    ...['train', given, '--resume'],
    ...(workDir === undefined ? [] : ['--work-dir', workDir]),
    ...(autoImport ? [] : ['--no-auto-import']),
    ...(cfgOptions === undefined ? [] : ['--cfg-options', ...cfgOptions]),
  ])
}

function positionOf({ epoch, iter, messageHub }: Runner): Fields {
  const best = [...messageHub.info].filter(([key]) => key.startsWith('best_'))
  return { epoch, iter, ...(best.length === 0 ? {} : { best: Object.fromEntries(best) }) }
}
