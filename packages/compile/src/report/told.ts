import type { StepCompilerContext } from '@hookloop/core'
import type { TimedStep } from '../step/call-size.js'
import type { StepForm, StepName } from '../step/step-form.js'
import { tooManyForms } from '../step/step-forms.js'
import { SingleSteps } from './single-steps.js'

/** So many graphs have a line in the log. */
const mostGraphs = 20

/** What the log has told about compiled steps, so that it tells everything once. */
export class Told {
  readonly singles: SingleSteps
  readonly #obstacles = new Set<string>()
  #numGraphs = 0
  #hasWarnedOfForms = false
  #hasToldOfTime = false

  /** @param areCompiled training steps are compiled by now */
  constructor(
    private readonly context: StepCompilerContext,
    areCompiled: () => boolean,
  ) {
    this.singles = new SingleSteps(context, areCompiled)
  }

  get obstacles(): readonly string[] {
    return [...this.#obstacles]
  }

  /** Why steps run operation by operation. */
  obstacle(obstacle: string, name: StepName = 'trainStep'): void {
    if (this.#obstacles.has(obstacle)) return
    this.#obstacles.add(obstacle)
    const { stepsPerCall, logger } = this.context
    if (name === 'trainStep' && typeof stepsPerCall === 'number' && stepsPerCall > 1)
      this.singles.note('they are not compiled')
    logger.info(`not compiled, ${name} runs operation by operation: ${obstacle}`)
  }

  /** That a graph was found to be no longer the step. */
  change(name: StepName, change: string): void {
    this.context.logger.warn(`${name} runs operation by operation now: ${change}`)
  }

  /** @param reason why it is a further graph of its step */
  graph({ name, compiled, batch }: StepForm<unknown>, reason: string | undefined): void {
    this.#numGraphs += 1
    if (this.#numGraphs > mostGraphs) return
    const { mostSteps = 1, operations = 0 } = compiled ?? {}
    const text =
      mostSteps === 1 ? `${operations} operations of ${name} run` : `${mostSteps} steps of ${name} run`
    const again = reason === undefined ? '' : `; a further graph, since ${reason}`
    const last = this.#numGraphs === mostGraphs ? '; of further graphs only runner.compileReport() tells' : ''
    this.context.logger.info(`compiled: ${text} as one call (${batch})${again}${last}`)
    this.singles.tell()
  }

  /** That graphs do not pay; where they are wanted in any case, they are made however often. */
  tooManyForms(): void {
    if (this.context.mode !== true || this.#hasWarnedOfForms) return
    this.#hasWarnedOfForms = true
    this.context.logger.warn(`trainCfg.compile is true, but graphs are made again and again: ${tooManyForms}`)
  }

  /** That steps take too long for several per call; once, since batches of other shapes mostly take about as long. */
  time({ fastestMs }: TimedStep, itersLeft: number): void {
    if (this.#hasToldOfTime) return
    this.#hasToldOfTime = true
    this.singles.note(`a step takes ${fastestMs.toFixed(1)} ms, and ${itersLeft} are left`)
  }
}
