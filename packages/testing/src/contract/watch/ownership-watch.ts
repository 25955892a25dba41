import type { Hook } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import type { ContractFinding } from '../finding.js'
import type { HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

/** What the arguments of points after the runner hold, for messages. */
const argumentNames: Readonly<Record<string, readonly string[]>> = {
  afterEpoch: ['mode', 'metrics'],
  afterValEpoch: ['metrics'],
  afterTestEpoch: ['metrics'],
  beforeOptimStep: ['gradients'],
  beforeSaveCheckpoint: ['checkpoint'],
  afterLoadCheckpoint: ['checkpoint'],
}
const iterationArguments = ['batchIdx', 'dataBatch', 'outputs']

/** Finds tensors of others that a hook frees, or keeps beyond their time. */
export class OwnershipWatch implements Watch {
  /** Tensors that the hook was shown, as messages call them. */
  readonly #shown = new WeakMap<Tensor, string>()
  readonly #before = new Map<HookCall, ReadonlyMap<Tensor, string>>()
  readonly #findings: ContractFinding[] = []

  beginCall(call: HookCall, args: readonly unknown[]): void {
    const tensors = new Map<Tensor, string>()
    const names = argumentNames[call.point] ?? iterationArguments
    const given = call.point === 'loadStateDict' ? args : args.slice(1)
    given.forEach((argument, index) => {
      const name = call.point === 'loadStateDict' ? 'state' : (names[index] ?? `argument ${index + 1}`)
      collect(argument, name, tensors)
    })
    for (const [tensor, name] of tensors) this.#shown.set(tensor, `${name} of ${call.point}`)
    this.#before.set(call, tensors)
  }

  endCall(call: HookCall): void {
    for (const [tensor, name] of this.#before.get(call) ?? []) {
      if (!tensor.isDisposed) continue
      this.#findings.push({
        check: 'ownership',
        subject: `${name} ${call.point}`,
        message:
          `${name} is disposed after ${call.point}. It belongs to the loop, which frees it after the last hook of the ` +
          'point; leave it alone, and free only what the hook made',
      })
    }
    this.#before.delete(call)
  }

  endRun(_runner: unknown, hook: Hook): void {
    for (const [field, value] of Object.entries(hook)) {
      const held = new Map<Tensor, string>()
      collect(value, field, held)
      for (const [tensor, path] of held) {
        const origin = this.#shown.get(tensor)
        if (origin === undefined || !tensor.isDisposed) continue
        this.#findings.push({
          check: 'ownership',
          subject: path,
          message:
            `the field '${path}' holds ${origin}, which the loop has freed. Keep its values (await tensor.data()), or a ` +
            'tensor of its own (tensor.clone()) that the hook frees',
        })
      }
    }
  }

  end(): ContractFinding[] {
    return this.#findings
  }
}

function collect(value: unknown, path: string, found: Map<Tensor, string>): void {
  if (value instanceof Tensor) {
    if (!value.isDisposed || path !== '') found.set(value, path)
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(item, `${path}[${index}]`, found)
    })
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, `${path}.${key}`, found)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
