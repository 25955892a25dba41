import type { Curves } from '../messages.js'
import { CurveChart } from './curve-chart.js'
import { element } from './element.js'
import { percent, twoDigits } from './number-text.js'

/** Loss, accuracy and learning rate over the iterations of the whole run, earlier pages included. */
export class Charts {
  readonly #lossChart = new CurveChart(element('chart-loss', HTMLElement), {
    title: 'Training loss',
    note: 'mean of neighbours; faint: each iteration',
    color: '--loss',
    format: twoDigits,
    logarithmic: true,
    smooth: true,
  })
  readonly #accuracyChart = new CurveChart(element('chart-accuracy', HTMLElement), {
    title: 'Validation accuracy',
    color: '--accuracy',
    format: percent,
    points: true,
  })
  readonly #lrChart = new CurveChart(element('chart-lr', HTMLElement), {
    title: 'Learning rate',
    color: '--lr',
    format: twoDigits,
  })
  #loss: number[] = []
  #lr: number[] = []
  #accuracy: Curves['accuracy'] = []

  /** Best accuracy of all validations; undefined before the first. */
  get bestAccuracy(): number | undefined {
    return this.#accuracy.length === 0 ? undefined : Math.max(...this.#accuracy.map(([, share]) => share))
  }

  add({ from, loss, lr, accuracy }: Curves): void {
    this.#loss = [...this.#loss.slice(0, from), ...loss]
    this.#lr = [...this.#lr.slice(0, from), ...lr]
    this.#accuracy = accuracy
  }

  clear(): void {
    this.add({ from: 0, loss: new Float64Array(), lr: new Float64Array(), accuracy: [] })
    this.draw(1)
  }

  /** @param maxIters where the axes end */
  draw(maxIters: number): void {
    const iterations = this.#loss.map((_, index) => index + 1)
    this.#lossChart.draw(iterations, this.#loss, maxIters)
    this.#lrChart.draw(iterations.slice(0, this.#lr.length), this.#lr, maxIters)
    this.#accuracyChart.draw(
      this.#accuracy.map(([iter]) => iter),
      this.#accuracy.map(([, share]) => share),
      maxIters,
    )
  }
}
