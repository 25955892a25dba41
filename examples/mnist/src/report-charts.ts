import * as echarts from 'echarts'
import { classNames } from './digits.js'

/** A row of `scalars.json`. */
export type ScalarRow = Readonly<Record<string, unknown>>

interface Curve {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly color: string
}

const palette = {
  blue: '#2563eb',
  orange: '#ea580c',
  green: '#16a34a',
  grid: '#e5e7eb',
  text: '#374151',
} as const
const size = { width: 560, height: 300 } as const

/** Training loss over iterations. */
export function lossChart(rows: readonly ScalarRow[]): string {
  return lineChart('Training loss', 'iteration', [curve('loss', rows, 'step', 'loss', palette.blue)], 'log')
}

/** Learning rate over iterations. */
export function learningRateChart(rows: readonly ScalarRow[]): string {
  return lineChart('Learning rate', 'iteration', [curve('learning rate', rows, 'step', 'lr', palette.orange)])
}

/** Accuracy of the averaged weights on the validation digits, over epochs. */
export function accuracyChart(rows: readonly ScalarRow[]): string {
  const validations = rows.filter((row) => 'accuracy/top1' in row)
  return lineChart('Validation accuracy', 'epoch', [
    curve('accuracy', validations, 'step', 'accuracy/top1', palette.green),
  ])
}

/** Digits by truth and prediction; the diagonal is right. */
export function confusionChart(confusion: readonly (readonly number[])[]): string {
  const cells = confusion.flatMap((row, truth) => row.map((count, prediction) => [prediction, truth, count]))
  const mistakes = Math.max(
    1,
    ...confusion.flatMap((row, truth) => row.filter((_, prediction) => prediction !== truth)),
  )
  return render(560, 520, {
    title: title('Confusion matrix of the test digits'),
    grid: { left: 60, right: 20, top: 50, bottom: 60 },
    xAxis: {
      type: 'category',
      data: [...classNames],
      name: 'prediction',
      nameLocation: 'middle',
      nameGap: 32,
      splitArea: { show: true },
    },
    yAxis: {
      type: 'category',
      data: [...classNames],
      name: 'truth',
      nameLocation: 'middle',
      nameGap: 32,
      inverse: true,
    },
    // Scaled to the mistakes: the diagonal would drown them.
    visualMap: {
      min: 0,
      max: 2 * mistakes,
      show: false,
      inRange: { color: ['#ffffff', '#fdba74', '#2563eb'] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        label: { show: true, formatter: hideZero },
        itemStyle: { borderColor: palette.grid },
      },
    ],
  })
}

function hideZero({ value }: { value?: unknown }): string {
  const count: unknown = Array.isArray(value) ? value[2] : undefined
  return count === 0 ? '' : String(count)
}

function curve(name: string, rows: readonly ScalarRow[], x: string, y: string, color: string): Curve {
  const points = rows.flatMap((row) => {
    const [at, value] = [row[x], row[y]]
    return typeof at === 'number' && typeof value === 'number' ? [[at, value] as const] : []
  })
  return { name, points, color }
}

function lineChart(
  name: string,
  unit: string,
  curves: readonly Curve[],
  scale: 'value' | 'log' = 'value',
): string {
  return render(size.width, size.height, {
    title: title(name),
    grid: { left: 70, right: 24, top: 50, bottom: 50 },
    xAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 28, min: 'dataMin', max: 'dataMax' },
    yAxis: { type: scale, scale: true, splitLine: { lineStyle: { color: palette.grid } } },
    series: curves.map(({ name, points, color }) => ({
      type: 'line',
      name,
      data: points.map((point) => [...point]),
      showSymbol: points.length < 40,
      lineStyle: { color, width: 2 },
      itemStyle: { color },
    })),
  })
}

function title(text: string): echarts.TitleComponentOption {
  return { text, left: 'center', textStyle: { fontSize: 15, fontWeight: 600, color: palette.text } }
}

/** Draws without a browser: the page gets plain SVG and needs no script. */
function render(width: number, height: number, option: echarts.EChartsOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ animation: false, ...option })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
