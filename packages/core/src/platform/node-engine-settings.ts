import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { engine } from '@tensorflow/tfjs-core'
import { type EngineSettings, settingNames, settingsText } from '../engine/engine-settings.js'

const variables = {
  intraOpThreads: 'TF_NUM_INTRAOP_THREADS',
  interOpThreads: 'TF_NUM_INTEROP_THREADS',
  oneDnn: 'TF_ENABLE_ONEDNN_OPTS',
  xla: 'TF_XLA_FLAGS',
} as const satisfies Record<keyof EngineSettings, string>

type Environment = Record<string, string | undefined>

/** What an environment says; settings that it does not name are TensorFlow's own. */
export function settingsIn(environment: Environment): EngineSettings {
  const intraOpThreads = threadsIn(environment[variables.intraOpThreads])
  const sideBySide = environment[variables.interOpThreads]
  const interOpThreads = sideBySide === callingThread ? 1 : threadsIn(sideBySide)
  const oneDnn = flagIn(environment[variables.oneDnn])
  const xla = xlaIn(environment[variables.xla])
  return {
    ...(intraOpThreads === undefined ? {} : { intraOpThreads }),
    ...(interOpThreads === undefined ? {} : { interOpThreads }),
    ...(oneDnn === undefined ? {} : { oneDnn }),
    ...(xla === undefined ? {} : { xla }),
  }
}

/** For TensorFlow less than one thread is the one that asks: one operation after another, and none is handed over. */
const callingThread = '-1'

// TensorFlow takes 0 for as many as it likes, and what it cannot read for nothing.
function threadsIn(text = ''): number | undefined {
  const count = Number(text)
  return Number.isInteger(count) && count > 0 ? count : undefined
}

function flagIn(text = ''): boolean | undefined {
  const value = text.toLowerCase()
  if (value === '1' || value === 'true') return true
  return value === '0' || value === 'false' ? false : undefined
}

const xlaFlag = /^--tf_xla_(auto_jit|cpu_global_jit)\b/
const xlaOn = ['--tf_xla_auto_jit=2', '--tf_xla_cpu_global_jit']

/** Clusters of graphs on processors are compiled only where both flags are there. */
function xlaIn(text = ''): boolean | undefined {
  const flags = text.split(/\s+/).filter((flag) => xlaFlag.test(flag))
  if (flags.length === 0) return undefined
  const level = flags.findLast((flag) => flag.startsWith('--tf_xla_auto_jit'))
  const isGlobal = flags.some((flag) => /^--tf_xla_cpu_global_jit(=true|=1)?$/.test(flag))
  return isGlobal && level !== undefined && !/=(0|-1)$/.test(level)
}

/** What must be in an environment for these settings; other flags of XLA stay. */
export function environmentFor(settings: EngineSettings, environment: Environment): Record<string, string> {
  const { intraOpThreads, interOpThreads, oneDnn, xla } = settings
  const otherFlags = (environment[variables.xla] ?? '')
    .split(/\s+/)
    .filter((flag) => flag !== '' && !xlaFlag.test(flag))
  return {
    ...(intraOpThreads === undefined ? {} : { [variables.intraOpThreads]: String(intraOpThreads) }),
    ...(interOpThreads === undefined
      ? {}
      : { [variables.interOpThreads]: interOpThreads === 1 ? callingThread : String(interOpThreads) }),
    ...(oneDnn === undefined ? {} : { [variables.oneDnn]: oneDnn ? '1' : '0' }),
    ...(xla === undefined ? {} : { [variables.xla]: [...otherFlags, ...(xla ? xlaOn : [])].join(' ') }),
  }
}

/** What the native library was loaded with; it does not hear of later changes. */
let loadedWith: EngineSettings | undefined

/** The settings that native TensorFlow computes with, or would if it were loaded now. */
export function settingsInForce(): EngineSettings {
  if (isLibraryLoaded()) loadedWith ??= settingsIn(process.env)
  return loadedWith ?? settingsIn(process.env)
}

/** The threads that TensorFlow shares one operation out to. */
export function nativeThreads(): number {
  return settingsInForce().intraOpThreads ?? availableParallelism()
}

/** In this thread, by whomever. */
export function isLibraryLoaded(): boolean {
  const { cache } = createRequire(import.meta.url)
  return (
    engine().backendNames().includes('tensorflow') ||
    Object.keys(cache).some((file) => file.endsWith('tfjs_binding.node'))
  )
}

/**
 * Puts settings into the environment that native TensorFlow reads when it is loaded.
 * @returns what the user should hear: that they come too late, do not reach it, or overrule what was there
 */
export function applySettings(settings: EngineSettings): string | undefined {
  const present = settingsInForce()
  if (isLibraryLoaded()) return complaint(settings, { ...ownSettings(), ...present }, tooLate)
  if (!isMainThread) return complaint(settings, { ...ownSettings(), ...present }, outOfReach)
  const warning = complaint(settings, present, overruling)
  Object.assign(process.env, environmentFor(settings, process.env))
  return warning
}

type Complain = (wanted: EngineSettings, present: EngineSettings) => string | undefined

function complaint(
  settings: EngineSettings,
  present: EngineSettings,
  complain: Complain,
): string | undefined {
  const names = settingNames.filter(
    (name) => settings[name] !== undefined && settings[name] !== present[name],
  )
  if (names.length === 0) return undefined
  return complain(pick(settings, names), pick(present, names))
}

function pick(settings: EngineSettings, names: readonly (keyof EngineSettings)[]): EngineSettings {
  return Object.fromEntries(names.map((name) => [name, settings[name]]))
}

function tooLate(wanted: EngineSettings, present: EngineSettings): string {
  return (
    `TensorFlow is loaded already and keeps ${inForce(present)} until the process ends, so that ${settingsText(wanted)} has ` +
    "no effect: call `await useEngine('tfjs-node', { … })` of @hookloop/core before anything loads @tensorflow/tfjs-node, " +
    'and import @tensorflow/tfjs in its place'
  )
}

function outOfReach(wanted: EngineSettings, present: EngineSettings): string {
  const assignments = Object.entries(environmentFor(wanted, process.env)).map(
    ([name, value]) => `process.env.${name} = '${value}'`,
  )
  return (
    `a worker thread has a copy of the environment, so that ${settingsText(wanted)} does not reach TensorFlow, which keeps ` +
    `${inForce(present)}: say ${assignments.join('; ')} in the main thread before the worker starts`
  )
}

function overruling(wanted: EngineSettings, present: EngineSettings): string | undefined {
  const names = settingNames.filter((name) => present[name] !== undefined)
  if (names.length === 0) return undefined
  return (
    `the options of the engine overrule the environment: ${settingsText(pick(wanted, names))} is in force, not ` +
    names.map((name) => `${variables[name]}=${process.env[variables[name]]}`).join(', ')
  )
}

function inForce(present: EngineSettings): string {
  return Object.entries(present)
    .map(([name, value]) => `${name}: ${value ?? 'as TensorFlow has it'}`)
    .join(', ')
}

/** What TensorFlow has where nobody says otherwise; whether oneDNN is on depends on the processor. */
function ownSettings(): EngineSettings {
  const threads = availableParallelism()
  return { intraOpThreads: threads, interOpThreads: threads, xla: false }
}
