import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, isAbsolute, join, relative } from 'node:path'
import {
  type DataBatch,
  Hook,
  HookError,
  hasCode,
  type Metrics,
  Runner,
  type StepOutputs,
} from '@hookloop/core'
import { CheckpointHook } from '@hookloop/hook-checkpoint'
import '@hookloop/hook-param-scheduler'
import '@hookloop/optim'
import { decode } from '@hookloop/safetensors'
import '@hookloop/scheduler'
import '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys, camelCaseName } from '../camel-case.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'
import { ScriptedMetric, TinyModel, temporaryWorkDir, tinyLoader } from '../tiny-run.js'

type Fields = Readonly<Record<string, unknown>>

export const interpret: Interpreter = async (golden) => {
  if (golden.kind === 'error') return interpretError(golden)
  const folder = await temporaryWorkDir()
  try {
    const phases = listOf(golden.phases).map(fieldsOf)
    const expected = listOf(withNonFinite(golden.expected.phases)).map(fieldsOf)
    const workDir = join(folder, workDirName(phases, expected))
    await mkdir(workDir)
    for (const [index, phase] of phases.entries()) await interpretPhase(phase, expected[index] ?? {}, workDir)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Files in an `out_dir` lie in a folder of the name that the work dir had when the golden was recorded. */
function workDirName(phases: readonly Fields[], expected: readonly Fields[]): string {
  for (const [index, { checkpoint }] of phases.entries()) {
    const outDir = String(fieldsOf(checkpoint).out_dir ?? '').replace(/^<work_dir>\//, '')
    const inOutDir = listOf(expected[index]?.files).find(
      (file) => outDir !== '' && String(file).startsWith(`${outDir}/`),
    )
    const [name, ...rest] = String(inOutDir ?? '')
      .slice(outDir.length + 1)
      .split('/')
    if (name !== undefined && rest.length > 0) return name
  }
  return 'work_dir'
}

function interpretError({ args }: GoldenCase): void {
  const options = optionsOf(args, '')
  const thrown = errorOf(() => Reflect.construct(CheckpointHook, [options]))
  expect(hasCode(thrown, 'HL_CONFIG')).toBe(true)
  const named = Object.keys(options).filter((name) => String(thrown).includes(`CheckpointHook.${name}`))
  expect(named, `the option that is named in: ${String(thrown)}`).not.toEqual([])
}

function errorOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

async function interpretPhase(phase: Fields, expected: Fields, workDir: string): Promise<void> {
  const runner = makeRunner(phase, workDir)
  const saves = new SaveRecorder()
  const trace = new FileTracer(workDir)
  runner.registerHook(saves, { priority: 'LOWEST' })
  runner.registerHook(trace, { priority: 'LOWEST' })
  if ('error' in expected) {
    await expectFailure(runner, fieldsOf(expected.error))
    return
  }
  await runner.train()
  const files = await checkpointsIn(workDir)
  expect(files.map(likePth)).toEqual(listOf(expected.files).map(likePth))
  expect(await lastCheckpoint(workDir), 'last_checkpoint').toBe(expected.last_checkpoint)
  expect(factsOf(Object.fromEntries(runner.messageHub.info), workDir)).toEqual(expected.message_hub)
  const contents = await Promise.all(
    files.map(async (file) => [likePth(file), await contentOf(workDir, file)]),
  )
  expect(Object.fromEntries(contents)).toEqual(withPublishedNames(fieldsOf(expected.contents)))
  expect(saves.rows).toEqual(expected.saves)
  expect(saves.rows.length).toBe(expected.n_saves)
  if (expected.trace !== undefined) expectTrace(trace.rows, listOf(expected.trace).map(fieldsOf))
  runner.dispose()
}

async function expectFailure(runner: Runner, { error_type: type, message }: Fields): Promise<void> {
  const error: unknown = await runner.train().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(hasCode(error)).toBe(true)
  const cause = error instanceof HookError ? error.cause : error
  expect(hasCode(cause)).toBe(true)
  // The message of a KeyError is the key alone.
  if (type === 'KeyError') expect(String(cause)).toContain(String(message))
}

function makeRunner(phase: Fields, workDir: string): Runner {
  const { resume, load_from: loadFrom } = fieldsOf(phase.runner)
  const metrics = listOf(phase.metrics ?? [{}]).map(
    (entry): Metrics => ({ ...fieldsOf(withNonFinite(entry)) }),
  )
  return Runner.fromConfig({
    model: new TinyModel(),
    workDir,
    engine: 'cpu',
    console: false,
    trainCfg: camelCaseKeys(phase.train_cfg),
    trainDataloader: tinyLoader(phase.train, [4, 2]),
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001 } },
    ...(phase.param_scheduler === undefined ? {} : { paramScheduler: camelCaseKeys(phase.param_scheduler) }),
    ...(phase.val === null
      ? {}
      : { valDataloader: tinyLoader(phase.val, [2, 1]), valEvaluator: new ScriptedMetric(metrics) }),
    defaultHooks: { checkpoint: { type: 'CheckpointHook', ...optionsOf(phase.checkpoint, workDir) } },
    ...(resume === undefined ? {} : { resume: resume === true }),
    ...(typeof loadFrom === 'string' ? { loadFrom: ourPath(loadFrom, workDir) } : {}),
    randomness: { seed: 1 },
  })
}

/** Python options as ours: None is left out, file names have our ending. */
function optionsOf(options: unknown, workDir: string): Fields {
  const given = Object.entries(fieldsOf(options)).filter(([, value]) => value !== null)
  return Object.fromEntries(
    given.map(([key, value]) => {
      if (key === 'filename_tmpl')
        return [camelCaseName(key), String(value).replace(/\.pth$/, '.safetensors')]
      if (key === 'out_dir') return [camelCaseName(key), ourPath(String(value), workDir)]
      return [camelCaseName(key), value]
    }),
  )
}

function ourPath(path: string, workDir: string): string {
  const ours = path.replace('<work_dir>', workDir).replace(/\.pth$/, '.safetensors')
  return isAbsolute(ours) ? ours : join(workDir, ours)
}

/* ---- what a run left behind ---- */

async function checkpointsIn(workDir: string): Promise<string[]> {
  const names = await readdir(workDir, { recursive: true })
  return names.filter((name) => name.endsWith('.safetensors')).sort()
}

async function lastCheckpoint(workDir: string): Promise<string | null> {
  const note = await readFile(join(workDir, 'last_checkpoint'), 'utf8').catch(() => undefined)
  if (note === undefined) return null
  return likePth(withWorkDir(isAbsolute(note) ? note : join(workDir, note), workDir))
}

const partsBeyondTheGoldens = ['format', 'checksum', 'loop', 'hooks']

async function contentOf(workDir: string, file: string): Promise<Fields> {
  const { metadata, tensors } = decode(await readFile(join(workDir, file)))
  const parts = new Set([
    ...Object.keys(metadata),
    ...[...tensors.keys()].map((name) => name.split('.')[0] ?? name),
  ])
  const meta: unknown = JSON.parse(metadata.meta ?? 'null')
  const { epoch, iter } = fieldsOf(meta)
  const hub: unknown = JSON.parse(metadata.message_hub ?? 'null')
  return {
    meta_epoch: epoch ?? null,
    meta_iter: iter ?? null,
    keys: [...parts].filter((part) => !partsBeyondTheGoldens.includes(part)).sort(),
    hub_info: factsOf(fieldsOf(fieldsOf(hub).runtimeInfo), workDir),
  }
}

/** The facts in the hub that tell of checkpoints. */
function factsOf(info: Fields, workDir: string): Fields {
  const facts = Object.entries(info).filter(([key]) =>
    /^(last_ckpt|best_score|best_ckpt|keep_ckpt_ids)/.test(key),
  )
  return Object.fromEntries(
    facts.map(([key, value]) => [
      key,
      typeof value === 'string' ? likePth(withWorkDir(value, workDir)) : storedNumber(value),
    ]),
  )
}

/** Checkpoints hold numbers that JSON lacks as `{ $number: 'Infinity' }`. */
function storedNumber(value: unknown): unknown {
  const { $number: text } = fieldsOf(value)
  return text === undefined ? value : Number(text)
}

function withWorkDir(path: string, workDir: string): string {
  return path === workDir || !relative(workDir, path).startsWith('..')
    ? path.replace(workDir, '<work_dir>')
    : basename(path)
}

/** Names as MMEngine would give them; the hash of a published copy is of our bytes and cannot agree. */
function likePth(path: unknown): string {
  return String(path)
    .replace(/\.safetensors$/, '.pth')
    .replace(/-[0-9a-f]{8}\.pth$/, '-<hash>.pth')
}

function withPublishedNames(contents: Fields): Fields {
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [likePth(name), content]))
}

/* ---- hooks that watch ---- */

class SaveRecorder extends Hook {
  readonly rows: Fields[] = []

  override beforeSaveCheckpoint({ epoch, iter }: Runner): void {
    this.rows.push({ epoch, iter })
  }
}

class FileTracer extends Hook {
  readonly rows: Fields[] = []

  constructor(private readonly workDir: string) {
    super()
  }

  override afterTrainIter(runner: Runner, _batchIdx: number, _batch: DataBatch, _outputs: StepOutputs) {
    return this.note('after_train_iter', runner)
  }

  override afterTrainEpoch(runner: Runner): Promise<void> {
    return this.note('after_train_epoch', runner)
  }

  override afterValEpoch(runner: Runner): Promise<void> {
    return this.note('after_val_epoch', runner)
  }

  private async note(at: string, { epoch, iter }: Runner): Promise<void> {
    const files = (await checkpointsIn(this.workDir)).map(likePth)
    this.rows.push({ at, epoch, iter, files })
  }
}

/** Compares what a trace holds: some points, and of each some fields. */
function expectTrace(actual: readonly Fields[], expected: readonly Fields[]): void {
  const points = new Set(expected.map(({ at }) => at))
  const rows = actual.filter(({ at }) => points.has(at))
  expect(rows).toMatchObject(expected)
  expect(rows.length).toBe(expected.length)
}
