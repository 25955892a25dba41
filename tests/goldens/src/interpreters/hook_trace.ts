import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Checkpoint,
  Hook,
  type HookPoint,
  hasCode,
  hookPoints,
  type Metrics,
  type PackageInfo,
  type Priority,
  priorityNumber,
  Runner,
  registerHook,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys } from '../camel-case.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { ScriptedMetric, TinyModel, temporaryWorkDir, tinyLoader } from '../tiny-run.js'

type Fields = Readonly<Record<string, unknown>>

export const interpret: Interpreter = async (golden) => {
  if (golden.kind === 'priority') return interpretPriority(golden)
  const workDir = await temporaryWorkDir()
  try {
    if (golden.kind === 'order') interpretOrder(golden, workDir)
    else await interpretPhases(golden, workDir)
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

function interpretPriority({ value, expected }: GoldenCase): void {
  const priority: Priority = JSON.parse(JSON.stringify(value))
  if ('error_type' in expected) {
    const thrown = errorOf(() => priorityNumber(priority))
    expect(hasCode(thrown, 'HL_PRIORITY')).toBe(true)
  } else expect({ number: priorityNumber(priority) }).toEqual(expected)
}

function errorOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

/* ---- order of hooks ---- */

const packageInfo: PackageInfo = { name: 'goldens', version: '1.0.0', url: import.meta.url, hookApi: 1 }
let madeHooks = 0

function interpretOrder(golden: GoldenCase, workDir: string): void {
  const labels = new Map<string, string>()
  const configOf = (description: unknown) => {
    const { label, class_priority: classPriority, config_priority: configPriority } = fieldsOf(description)
    const type = registerLabelled(classPriority)
    labels.set(type, String(label))
    return { type, ...(configPriority === undefined ? {} : { priority: configPriority }) }
  }
  const runner = Runner.fromConfig({
    model: new TinyModel(),
    workDir,
    console: false,
    defaultHooks: defaultHooksOf(golden.default_hooks),
    customHooks: listOf(golden.custom_hooks).map(configOf),
  })
  for (const late of listOf(golden.register_later)) {
    const priority: Priority | undefined =
      JSON.parse(JSON.stringify(fieldsOf(late).call_priority ?? null)) ?? undefined
    const config = JSON.parse(JSON.stringify(configOf(late)))
    runner.registerHook(config, priority === undefined ? {} : { priority })
  }
  const order = runner.hooks.entries.map(({ name, priority }) => ({
    hook: labels.get(name) ?? name,
    number: priority,
  }))
  const expected = listOf(golden.expected.order).map(fieldsOf)
  expect(order).toEqual(expected.map(({ hook, number }) => ({ hook, number })))
  // The goldens name a priority as it was given, by name or by number.
  for (const { priority, number } of expected)
    expect(priorityNumber(JSON.parse(JSON.stringify(priority)))).toBe(number)
}

/** A hook class of its own for each description, with the priority that the class has. */
function registerLabelled(classPriority: unknown): string {
  const priority: Priority = JSON.parse(JSON.stringify(classPriority ?? 'NORMAL'))
  class Labelled extends Hook {
    override readonly priority = priority
  }
  const type = `Labelled${madeHooks++}`
  registerHook(type, Labelled, packageInfo)
  return type
}

/* ---- trace of runs ---- */

type Row = [point: string, epoch: number, iter: number, batchIdx?: number | null, extra?: Fields]

async function interpretPhases(golden: GoldenCase, workDir: string): Promise<void> {
  const results: Fields[] = []
  let runner: Runner | undefined
  for (const phase of listOf(golden.phases).map(fieldsOf)) {
    const rows: Row[] = []
    if (phase.reuse_runner !== true || runner === undefined)
      runner = makeRunner(fieldsOf(phase.runner), workDir)
    const tracers = addTracers(runner, phase, rows)
    const call = String(phase.call)
    if (call === 'train') await runner.train()
    else if (call === 'val') await runner.val()
    else await runner.test()
    for (const tracer of tracers) tracer.isOn = false
    results.push({ events: rows, final_epoch: runner.epoch, final_iter: runner.iter })
  }
  expect({ phases: results }).toEqual(golden.expected)
}

function makeRunner(setting: Fields, workDir: string): Runner {
  const metrics = listOf(setting.metrics ?? [{}]).map((entry): Metrics => ({ ...fieldsOf(entry) }))
  const { train_cfg: trainCfg, load_from: loadFrom, resume } = setting
  return Runner.fromConfig({
    model: new TinyModel(),
    workDir,
    engine: 'cpu',
    console: false,
    ...(trainCfg === undefined
      ? {}
      : {
          trainCfg: camelCaseKeys(trainCfg),
          trainDataloader: tinyLoader(setting.train, [4, 2]),
          optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001 } },
        }),
    ...(setting.val === null
      ? {}
      : { valDataloader: tinyLoader(setting.val, [2, 1]), valEvaluator: new ScriptedMetric(metrics) }),
    ...(setting.test === undefined || setting.test === null
      ? {}
      : { testDataloader: tinyLoader(setting.test, [2, 1]), testEvaluator: new ScriptedMetric(metrics) }),
    defaultHooks: defaultHooksOf(setting.default_hooks),
    ...(typeof loadFrom === 'string'
      ? { loadFrom: join(workDir, loadFrom.replace(/\.pth$/, '.safetensors')) }
      : {}),
    ...(resume === undefined ? {} : { resume: resume === true }),
    randomness: { seed: 1 },
  })
}

function defaultHooksOf(setting: unknown): Fields {
  return fieldsOf(camelCaseKeys(setting ?? {}))
}

/** Writes a row for each point that it sees. */
interface Tracer {
  isOn: boolean
}

function addTracers(runner: Runner, phase: Fields, rows: Row[]): Tracer[] {
  const stopAt = listOf(phase.stop_at)
  const descriptions: readonly Fields[] = [{}, ...listOf(phase.tracers).map(fieldsOf)]
  return descriptions.map((description) => {
    const { label, priority } = description
    const tracer = new TracingHook(rows, typeof label === 'string' ? label : undefined, stopAt)
    const place: Priority = JSON.parse(JSON.stringify(priority ?? 'LOWEST'))
    runner.registerHook(tracer, { priority: place })
    return tracer
  })
}

/** Points beyond the guide are not in the goldens. */
const beyondTheGuide: readonly HookPoint[] = ['beforeOptimStep', 'afterOptimStep', 'onException']

class TracingHook extends Hook implements Tracer {
  isOn = true

  constructor(
    private readonly rows: Row[],
    private readonly label: string | undefined,
    private readonly stopAt: readonly unknown[],
  ) {
    super()
    for (const point of hookPoints) {
      if (beyondTheGuide.includes(point)) continue
      Reflect.set(this, point, (runner: Runner, ...args: readonly unknown[]) =>
        this.note(runner, point, args),
      )
    }
  }

  private note(runner: Runner, point: HookPoint, args: readonly unknown[]): void {
    if (!this.isOn) return
    const name = point.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const batchIdx = point.endsWith('Iter') ? Number(args[0]) : undefined
    const extra = { ...extraOf(point, args[0]), ...(this.label === undefined ? {} : { hook: this.label }) }
    const row: Row = [name, runner.epoch, runner.iter]
    if (Object.keys(extra).length > 0) row.push(batchIdx ?? null, extra)
    else if (batchIdx !== undefined) row.push(batchIdx)
    this.rows.push(row)
    const isStop = this.stopAt.length > 0 && this.stopAt.every((value, place) => value === row[place])
    if (isStop && this.label === undefined) runner.stopTraining()
  }
}

function extraOf(point: HookPoint, argument: unknown): Fields {
  if (point === 'afterValEpoch' || point === 'afterTestEpoch') return { metrics: argument }
  if (point !== 'beforeSaveCheckpoint' && point !== 'afterLoadCheckpoint') return {}
  return { checkpoint_meta: metaOf(argument) }
}

function metaOf(checkpoint: unknown): Pick<Checkpoint['meta'], 'epoch' | 'iter'> {
  const { epoch, iter } = fieldsOf(fieldsOf(checkpoint).meta)
  return { epoch: Number(epoch), iter: Number(iter) }
}
