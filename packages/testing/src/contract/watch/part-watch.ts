import type { Model, Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import { modelOf } from '../run-portrait.js'
import type { Watch } from './watch.js'

type Methods = ReadonlyMap<string, unknown>

/** Finds methods of the run's parts that a hook replaces and does not put back: work at points that it does not implement. */
export class PartWatch implements Watch {
  readonly #known = new Map<string, { readonly part: object; readonly methods: Methods }>()
  #model: Model | undefined
  #runner: Runner | undefined
  readonly #findings: ContractFinding[] = []

  meet(runner: Runner): void {
    this.#runner = runner
  }

  beginCall(): void {
    const runner = this.#runner
    if (runner === undefined) return
    for (const [name, part] of Object.entries(partsOf(runner))) {
      if (part !== undefined && !this.#known.has(name))
        this.#known.set(name, { part, methods: ownMethods(part) })
    }
    this.#model ??= modelOf(runner)
  }

  endRun(runner: Runner): void {
    for (const [name, { part, methods }] of this.#known) {
      for (const [method, value] of ownMethods(part)) {
        if (methods.get(method) !== value) this.#note(`${name}.${method}`, 'was replaced and not put back')
      }
    }
    if (this.#model !== undefined && runner.model !== this.#model)
      this.#note('runner.model', 'is another one than before the run')
  }

  end(): ContractFinding[] {
    return this.#findings
  }

  #note(subject: string, what: string): void {
    this.#findings.push({
      check: 'parts',
      subject,
      message:
        `${subject} ${what}. A hook works at the points that it implements, where it is named in errors, profiles and the ` +
        'table of hooks; use a hook point, or put back what was there in afterRun and onException',
    })
  }
}

function partsOf(runner: Runner): Readonly<Record<string, object | undefined>> {
  return {
    runner,
    'runner.logger': runner.logger,
    'runner.messageHub': runner.messageHub,
    'runner.visualizer': runner.visualizer,
    'runner.storage': runner.storage,
    'runner.hooks': runner.hooks,
    'runner.optimWrapper': runner.optimWrapper,
    'runner.trainLoop': runner.trainLoop,
    'runner.valLoop': runner.valLoop,
    'runner.testLoop': runner.testLoop,
    'runner.trainDataLoader': runner.trainDataLoader,
    'runner.model': modelOf(runner),
  }
}

function ownMethods(part: object): Methods {
  const values = Object.entries(Object.getOwnPropertyDescriptors(part)).map(
    ([name, { value }]) => [name, value] as const,
  )
  return new Map(values.filter(([, value]) => typeof value === 'function'))
}
