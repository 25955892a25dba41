import uPlot from 'uplot'

/** How one chart looks. */
export interface ChartLook {
  readonly title: string
  /** A custom property of style.css. */
  readonly color: string
  readonly format: (value: number) => string
  readonly logarithmic?: boolean
  /** Draws a smooth line over faint values. */
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
    figure.innerHTML = `<figcaption class="card-head"><h2></h2><p class="value">–</p></figcaption><div class="chart-plot" role="img"></div>`
    const [title, value, plot] = ['h2', '.value', '.chart-plot'].map((query) => figure.querySelector(query))
    if (!(title instanceof HTMLElement && value instanceof HTMLElement && plot instanceof HTMLElement))
      throw new Error('a chart has a title, a value and a plot')
    title.textContent = look.title
    this.#plot = plot
    this.#value = value
    this.#describe()
    new ResizeObserver(() => this.#resize()).observe(plot)
    // Canvases know nothing of style sheets: another theme is another chart.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#rebuild())
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
        ? { stroke: `color-mix(in srgb, ${color} 25%, transparent)`, width: 1 }
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
                splits: (_chart, _axis, least, most) => decades(least, most),
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

function paddedRange(least: number | null, most: number | null): [number, number] {
  const [low, high] = [least ?? 0, most ?? 1]
  const room = (high - low || Math.abs(high) || 1) * 0.08
  return [Math.max(0, low - room), high + room]
}

/** 1, 2 and 5 in each power of ten between two values; 1 alone where there are many. */
function decades(least: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
  const steps = last - first > 3 ? [1] : [1, 2, 5]
  const powers = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
  return powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((value) => value >= least && value <= most)
}

/** A moving average that forgets slowly and owes nothing to where it began. */
function smoothed(values: readonly number[]): number[] {
  const keep = 0.95
  let [sum, weight] = [0, 0]
  return values.map((value) => {
    sum = keep * sum + (1 - keep) * value
    weight = keep * weight + (1 - keep)
    return sum / weight
  })
}
