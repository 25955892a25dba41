import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, LogProcessor, type Runner } from '@hookloop/core'
import { LoggerHook } from '@hookloop/hook-logger'
import { expect } from 'vitest'
import { camelCaseKeys } from '../camel-case.js'
import { callOf, clockedRunner } from '../clocked-run.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { temporaryWorkDir } from '../tiny-run.js'

type Fields = Readonly<Record<string, unknown>>

export const interpret: Interpreter = async (golden) => {
  if (golden.kind === 'error') return interpretError(golden)
  const workDir = await temporaryWorkDir()
  try {
    const expected = listOf(golden.expected.phases).map(fieldsOf)
    for (const [index, setting] of listOf(golden.phases).entries())
      await interpretPhase(withLosses(fieldsOf(setting)), golden.delays, workDir, expected[index] ?? {})
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

/** Without a script of losses the model computes its own; the loader is the larger one in any case. */
function withLosses(phase: Fields): Fields {
  return { ...phase, model: phase.model ?? {} }
}

async function interpretPhase(
  phase: Fields,
  delays: unknown,
  workDir: string,
  expected: Fields,
): Promise<void> {
  const { runner } = clockedRunner(phase, delays, workDir)
  const lines: string[] = []
  runner.logger.addSink({ write: (message) => void lines.push(message) })
  await callOf(phase, runner)
  const logged = lines.filter((line) => /^((Epoch|Iter)\(|Exp name: )/.test(line))
  expect(logged.map((line) => line.replace(runner.experimentName, '<experiment_name>'))).toEqual(
    expected.log_lines,
  )
  await expectRows(runner, expected)
  const result = await jsonLines(join(runner.logDir, `${runner.timestamp}.json`))
  if (expected.log_dir_timestamp_json !== undefined)
    expectResult(fieldsOf(result?.[0]), fieldsOf(expected.log_dir_timestamp_json))
  runner.dispose()
  // A run of the next phase may begin within the same second and would add to the same files.
  await rm(runner.logDir, { recursive: true, force: true })
}

/** MMEngine writes null for what its encoder does not know, such as NumPy's integers. */
function expectResult(found: Fields, expected: Fields): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  const known = Object.entries(expected).filter(([, value]) => value !== null)
  expectCloseTo(found, withoutNonFinite(Object.fromEntries(known)), 1e-6, 'the result of the test')
}

/** JSON has no such numbers: our files hold null. */
function withoutNonFinite(value: unknown): unknown {
  if (value === 'nan' || value === 'inf' || value === '-inf') return null
  if (Array.isArray(value)) return value.map(withoutNonFinite)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNonFinite(item)]))
}

async function expectRows(runner: Runner, expected: Fields): Promise<void> {
  const rows = await jsonLines(join(runner.logDir, 'vis_data', 'scalars.json'))
  if (expected.scalars_json === null) expect(rows).toBeUndefined()
  else {
    const wanted = listOf(expected.scalars_json)
    expect(rows?.length).toBe(wanted.length)
    for (const [index, row] of wanted.entries()) expectRow(rows?.[index], row, `row ${index + 1}`)
  }
  const copy = await jsonLines(join(runner.logDir, 'vis_data', `${runner.timestamp}.json`))
  expect(expected.timestamp_json_identical).toBe(JSON.stringify(copy) === JSON.stringify(rows))
}

function expectRow(found: unknown, expected: unknown, place: string): void {
  expect(Object.keys(fieldsOf(found)), `names of ${place}`).toEqual(Object.keys(fieldsOf(expected)))
  expectCloseTo(found, withoutNonFinite(expected), 1e-6, place)
}

async function jsonLines(path: string): Promise<readonly unknown[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text
    ?.trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

function interpretError({ target, args }: GoldenCase): void {
  const options = camelCaseKeys(args)
  const makers: Readonly<Record<string, new (...args: never[]) => unknown>> = { LoggerHook, LogProcessor }
  const maker = makers[String(target)]
  if (maker === undefined) throw new Error(`no class ${String(target)} is known`)
  expect(() => Reflect.construct(maker, [options])).toThrow(ConfigError)
}
