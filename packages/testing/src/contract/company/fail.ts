import { Hook, type HookPoint, type Runner } from '@hookloop/core'
import { PlannedError } from './planned-error.js'

/** Another hook that fails at a point, before all others. */
export class FailAt extends Hook {
  override readonly priority = 'HIGHEST'
  #calls = 0

  /** @param at which call of the point fails, from 0 */
  constructor(point: HookPoint, at: number) {
    super()
    const fail = () => {
      if (this.#calls++ === at) throw new PlannedError(`another hook in ${point}`)
    }
    Object.assign(this, { [point]: fail })
  }
}

/** Makes a step of the model fail. */
export class FailStep extends Hook {
  override readonly priority = 'HIGHEST'
  #steps = 0

  /** @param at which step fails, from 0 */
  constructor(
    private readonly step: 'trainStep' | 'valStep',
    private readonly at: number,
  ) {
    super()
  }

  override beforeRun({ model }: Runner): void {
    const step: unknown = Reflect.get(model, this.step)
    if (typeof step !== 'function') return
    const failing = (...args: readonly unknown[]): unknown => {
      if (this.#steps++ === this.at) throw new PlannedError(`${this.step} of the model`)
      return Reflect.apply(step, model, [...args])
    }
    Object.assign(model, { [this.step]: failing })
  }
}
