import { Hook, Runner } from '@hookloop/core'
import { env, getBackend, Tensor } from '@tensorflow/tfjs-core'
import type { ContractFinding } from '../finding.js'
import type { HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

/** Values by the names under which people know them, such as `Math.random`. */
type Globals = Map<string, unknown>

/** Calls of a point after which everything is compared; what a hook changes it changes at the first ones. */
const lookedAt = 2

/** Finds what a hook changes outside of itself and of the run, and puts it back. */
export class GlobalWatch implements Watch {
  readonly #atStart = withAllFlags(globals)
  readonly #looks = new Map<string, number>()
  readonly #findings = new Map<string, ContractFinding>()

  /** @param isClose looks after single calls too, which takes time, to tell at which point something changes */
  constructor(private readonly isClose: boolean) {}

  endCall({ point }: HookCall): void {
    const looks = this.#looks.get(point) ?? 0
    this.#looks.set(point, looks + 1)
    if (!this.isClose || looks >= lookedAt) return
    for (const name of changes(this.#atStart, globals())) this.#note(name, `in ${point}`)
  }

  end(): ContractFinding[] {
    const left = changes(this.#atStart, globals())
    for (const name of left) this.#note(name, 'in a run')
    // What a hook puts back within the run is its own affair, as long as nothing of it stays.
    const findings = left.flatMap((name) => this.#findings.get(name) ?? [])
    for (const name of left) putBack(name, this.#atStart)
    return findings
  }

  #note(name: string, where: string): void {
    if (this.#findings.has(name)) return
    this.#findings.set(name, {
      check: 'globals',
      subject: name,
      message:
        `${name} is not what it was before the run: it was changed ${where}. Everything in the process shares it; keep what ` +
        'the hook needs in its fields, or put the former value back in afterRun',
    })
  }
}

const objects: Readonly<Record<string, object>> = {
  globalThis,
  Math,
  JSON,
  Date,
  performance,
  console,
  'Object.prototype': Object.prototype,
  'Function.prototype': Function.prototype,
  'Array.prototype': Array.prototype,
  'String.prototype': String.prototype,
  'Number.prototype': Number.prototype,
  'Promise.prototype': Promise.prototype,
  'Map.prototype': Map.prototype,
  'Set.prototype': Set.prototype,
  'Float32Array.prototype': Float32Array.prototype,
  'Tensor.prototype': Tensor.prototype,
  'Hook.prototype': Hook.prototype,
  'Runner.prototype': Runner.prototype,
}

/** Flags come to be when somebody asks for them; those of web backends look for a graphics card, and are left alone. */
function withAllFlags(look: () => Globals): Globals {
  const flags: unknown = Reflect.get(env(), 'flagRegistry')
  for (const name of Object.keys(flags ?? {})) {
    if (/^(WEB|WASM|CANVAS|HAS_WEB)/.test(name)) continue
    try {
      env().get(name)
    } catch {
      // Some can be asked for with a promise only.
    }
  }
  return look()
}

function globals(): Globals {
  const values: Globals = new Map()
  for (const [name, object] of Object.entries(objects)) {
    for (const key of Object.getOwnPropertyNames(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key)
      // Some of Node's own become values when they are first used.
      if (descriptor !== undefined && 'value' in descriptor) values.set(`${name}.${key}`, descriptor.value)
    }
  }
  for (const [name, value] of Object.entries(process.env)) values.set(`process.env.${name}`, value)
  for (const [name, value] of Object.entries(env().getFlags())) values.set(`the flag ${name} of tfjs`, value)
  values.set('the backend of tfjs', getBackend())
  values.set('process.exitCode', process.exitCode)
  return values
}

/** The names whose values differ. Flags of tfjs and lazy values of Node come to be by being read. */
function changes(before: Globals, after: Globals): string[] {
  const changed = [...after].filter(([name, value]) =>
    before.has(name) ? !Object.is(before.get(name), value) : !isLazy(name),
  )
  const gone = [...before.keys()].filter((name) => !after.has(name))
  return [...changed.map(([name]) => name), ...gone]
}

function isLazy(name: string): boolean {
  if (name.startsWith('the flag ')) return true
  const [owner, key = ''] = name.split(/\.(?=[^.]*$)/)
  return owner === 'globalThis' && lazyGlobals.has(key)
}

/** What was an accessor of globalThis at the start of the process. */
const lazyGlobals: ReadonlySet<string> = new Set(
  Object.entries(Object.getOwnPropertyDescriptors(globalThis)).flatMap(([key, { get }]) =>
    get === undefined ? [] : [key],
  ),
)

function putBack(name: string, before: Globals): void {
  const value = before.get(name)
  const [, flag] = /^the flag (.+) of tfjs$/.exec(name) ?? []
  if (flag !== undefined) {
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
      env().set(flag, value)
    return
  }
  if (name.startsWith('process.env.')) {
    const variable = name.slice('process.env.'.length)
    if (typeof value === 'string') process.env[variable] = value
    else delete process.env[variable]
    return
  }
  for (const [owner, object] of Object.entries(objects)) {
    const key = name.slice(owner.length + 1)
    if (!name.startsWith(`${owner}.`) || !Object.hasOwn(object, key)) continue
    if (before.has(name)) Reflect.set(object, key, value)
    else Reflect.deleteProperty(object, key)
  }
}
