import type { Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import type { CallTracker, HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

/** Finds names of metrics that cannot be parts of paths: checkpoints, files of rows and pictures are called after them. */
export class NameWatch implements Watch {
  readonly #metrics = new Map<HookCall, ReadonlySet<string>>()
  readonly #findings: ContractFinding[] = []

  constructor(private readonly tracker: CallTracker) {}

  meet({ messageHub, visualizer }: Runner): void {
    const { updateScalar } = messageHub
    const { addScalars, addImage } = visualizer
    messageHub.updateScalar = (...args) => {
      this.#check(args[0], 'the message hub')
      updateScalar.apply(messageHub, args)
    }
    visualizer.addScalars = (...args) => {
      for (const name of Object.keys(args[0])) this.#check(name, 'the visualizer')
      addScalars.apply(visualizer, args)
    }
    visualizer.addImage = (...args) => {
      this.#check(args[0], 'the visualizer')
      addImage.apply(visualizer, args)
    }
  }

  beginCall(call: HookCall, args: readonly unknown[]): void {
    this.#metrics.set(call, new Set(metricNames(call, args)))
  }

  endCall(call: HookCall, args: readonly unknown[]): void {
    const before = this.#metrics.get(call)
    this.#metrics.delete(call)
    for (const name of metricNames(call, args))
      if (before?.has(name) === false) this.#note(name, 'metrics', call.point)
  }

  end(): ContractFinding[] {
    return this.#findings
  }

  #check(name: string, where: string): void {
    const call = this.tracker.current
    if (call !== undefined) this.#note(name, where, call.point)
  }

  #note(name: string, where: string, point: string): void {
    const flaw = flawOf(name)
    if (flaw === undefined) return
    this.#findings.push({
      check: 'names',
      subject: name,
      message:
        `${point} gives ${where} the name ${JSON.stringify(name)}, which ${flaw}. Files are called after names, such as the best ` +
        "checkpoint by a metric; use letters, digits, '_', '-' and '.', with '/' between groups, such as 'train/grad_norm'",
    })
  }
}

function metricNames({ point }: HookCall, args: readonly unknown[]): string[] {
  if (!/^after(Val|Test)?Epoch$/.test(point)) return []
  const metrics = point === 'afterEpoch' ? args[2] : args[1]
  return typeof metrics === 'object' && metrics !== null ? Object.keys(metrics) : []
}

/** Why a name cannot be a part of a path on every system; undefined where it can. */
export function flawOf(name: string): string | undefined {
  const odd = /[\\:*?"<>|]|\p{Cc}/u.exec(name)?.[0]
  if (odd !== undefined) return `holds ${JSON.stringify(odd)}`
  const groups = name.split('/')
  if (groups.includes('')) return "has an empty group: '/' at an end, or two together"
  if (groups.some((group) => group === '.' || group === '..')) return 'leads to another folder'
  return groups.some((group) => group !== group.trim()) ? 'has a blank at the end of a group' : undefined
}
