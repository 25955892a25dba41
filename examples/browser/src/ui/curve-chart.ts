import uPlot from 'uplot'
import { logarithmicSplits, paddedRange } from './axis.js'
import { smoothed } from './smoothed.js'

/** How one chart looks. */
export interface ChartLook {
  readonly title: string
  /** What its lines are, where that needs to be said. */
  readonly note?: string
  /** A custom property of style.css. */
  readonly color: string
  readonly format: (value: number) => string
  readonly logarithmic?: boolean
  /** Draws a smooth line over faint values; the head shows the smooth ones. */
  readonly smooth?: boolean
  /** Marks every value. */
  readonly points?: boolean
}

/** A curve over iterations; its head shows the newest value, or that below the pointer. */
export class CurveChart {
  readonly #plot: HTMLElement
  readonly #value: HTMLElement
  #chart: uPlot | undefined
  #data: [number[], number[], number[]] = [[], [], []]
  #maxX = 1

  constructor(
    private readonly figure: HTMLElement,
    private readonly look: ChartLook,
  ) {
    figure.innerHTML = `<figcaption class="card-head"><h2></h2><p class="chart-note"></p><p class="value">–</p></figcaption><div class="chart-plot" role="img"></div>`
    this.#plot = part(figure, '.chart-plot')
    this.#value = part(figure, '.value')
    part(figure, 'h2').textContent = look.title
    part(figure, '.chart-note').textContent = look.note ?? ''
    this.#describe()
    new ResizeObserver(() => this.#resize()).observe(this.#plot)
    // Canvases know nothing of style sheets: another theme is another chart.
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
      matchMedia(query).addEventListener('change', () => this.#rebuild())
  }

  /** @param maxX where the axis ends */
  draw(x: readonly number[], y: readonly number[], maxX: number): void {
    this.#data = [[...x], [...y], this.look.smooth === true ? smoothed(y) : [...y]]
    this.#maxX = Math.max(1, maxX)
    this.#showValue(undefined)
    this.#describe()
    if (this.#chart === undefined || x.length === 0) this.#rebuild()
    else this.#chart.setData(this.#data)
  }

  #showValue(place: number | null | undefined): void {
    const value = this.#data[2].at(place ?? -1)
    this.#value.textContent = value === undefined ? '–' : this.look.format(value)
  }

  #describe(): void {
    const [x, , y] = this.#data
    const [first, last] = [y[0], y.at(-1)]
    const text =
      first === undefined || last === undefined
        ? 'no values yet'
        : `from ${this.look.format(first)} to ${this.look.format(last)} after ${x.at(-1)} iterations`
    this.#plot.setAttribute('aria-label', `${this.look.title}: ${text}`)
  }

  #resize(): void {
    const { width, height } = this.#plot.getBoundingClientRect()
    if (width === 0 || height === 0) return
    if (this.#chart === undefined) this.#rebuild()
    else this.#chart.setSize({ width, height })
  }

  #rebuild(): void {
    const { width, height } = this.#plot.getBoundingClientRect()
    this.#chart?.destroy()
    this.#chart = undefined
    if (width === 0 || height === 0 || this.#data[0].length === 0) return
    this.#chart = new uPlot(this.#options(width, height), this.#data, this.#plot)
  }

  #options(width: number, height: number): uPlot.Options {
    const style = getComputedStyle(this.figure)
    const property = (name: string) => style.getPropertyValue(name).trim()
    const color = property(this.look.color)
    const axis: uPlot.Axis = {
      stroke: property('--soft'),
      font: `12px ${style.fontFamily}`,
      grid: { stroke: property('--line'), width: 1 },
      ticks: { show: false },
    }
    const faint =
      this.look.smooth === true
        ? { stroke: `color-mix(in srgb, ${color} ${property('--faint')}, transparent)`, width: 1 }
        : { show: false }
    return {
      width,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 }, y: false },
      padding: [8, 22, 0, 0],
      scales: {
        x: { time: false, range: () => [0, this.#maxX] },
        y:
          this.look.logarithmic === true
            ? { distr: 3, range: (_chart, least, most) => [least * 0.8, most * 1.25] }
            : { range: (_chart, least, most) => paddedRange(least, most) },
      },
      axes: [
        { ...axis, size: 26, gap: 4, space: 70, grid: { show: false } },
        {
          ...axis,
          size: 52,
          gap: 4,
          space: 22,
          ...(this.look.logarithmic === true
            ? {
                splits: (_chart, _axis, least, most) => logarithmicSplits(least, most),
                filter: (_chart, splits) => splits,
              }
            : {}),
          values: (_chart, splits) =>
            splits.map((value) => (value === null ? null : this.look.format(value))),
        },
      ],
      series: [
        {},
        { ...faint, points: { show: false } },
        {
          stroke: color,
          width: 2,
          points: { show: this.look.points === true, size: 6, fill: color },
        },
      ],
      hooks: { setCursor: [(chart) => this.#showValue(chart.cursor.idx)] },
    }
  }
}

function part(figure: HTMLElement, query: string): HTMLElement {
  const found = figure.querySelector(query)
  if (found instanceof HTMLElement) return found
  throw new Error(`a chart has no ${query}`)
}
