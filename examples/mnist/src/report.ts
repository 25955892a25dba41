import { readFile, writeFile } from 'node:fs/promises'
import { PNG } from 'pngjs'
import type { Judgement } from './digit-judgement.js'
import { side } from './digits.js'
import {
  accuracyChart,
  confusionChart,
  learningRateChart,
  lossChart,
  type ScalarRow,
} from './report-charts.js'

/** What the report shows. */
export interface ReportContent {
  /** `scalars.json` of the run, and of the runs that it went on from, oldest first. */
  readonly scalarFiles: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  readonly judgements: readonly Judgement[]
  /** Pixels of the test digits, from 0 to 1. */
  readonly pixels: ArrayLike<number>
  /** Facts by name, shown at the top. */
  readonly facts: Readonly<Record<string, string>>
}

/** Writes one page that needs neither a server nor another file. */
export async function writeReport(path: string, content: ReportContent): Promise<void> {
  const rows = (await Promise.all(content.scalarFiles.map(readRows))).flat()
  await writeFile(path, page(content, rows))
}

async function readRows(path: string): Promise<ScalarRow[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line): ScalarRow => JSON.parse(line))
}

function page(content: ReportContent, rows: readonly ScalarRow[]): string {
  const worst = worstMistakes(content.judgements, 24)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hookloop: handwritten digits</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; color: #1f2937; background: #f9fafb; max-width: 1180px; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
  dl { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 }
  dl div, figure { background: #fff; border: 1px solid #e5e7eb; border-radius: 8px; margin: 0 }
  dl div { padding: .5rem 1rem } dt { font-size: .8rem; color: #6b7280 } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
  .charts { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-top: 1rem } .charts svg { display: block; max-width: 100%; height: auto }
  .mistakes { display: flex; flex-wrap: wrap; gap: .75rem }
  .mistakes figure { padding: .5rem; text-align: center } .mistakes img { width: 84px; image-rendering: pixelated; display: block }
  figcaption { font-size: .8rem } figcaption b { color: #b91c1c }
</style>
<h1>Handwritten digits, trained with hookloop</h1>
<dl>${Object.entries(content.facts).map(factBox).join('')}</dl>
<div class="charts">
${[lossChart(rows), learningRateChart(rows), accuracyChart(rows), confusionChart(content.confusion)].map((svg) => `<figure>${svg}</figure>`).join('\n')}
</div>
<h2>${worst.length === 0 ? 'No mistakes' : 'The worst mistakes'}</h2>
<div class="mistakes">${worst.map((mistake) => mistakeFigure(mistake, content.pixels)).join('\n')}</div>
</html>
`
}

function factBox([name, value]: readonly [string, string]): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`
}

function worstMistakes(judgements: readonly Judgement[], count: number): Judgement[] {
  return judgements
    .filter(({ label, prediction }) => label !== prediction)
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, count)
}

function mistakeFigure(
  { index, label, prediction, confidence }: Judgement,
  pixels: ArrayLike<number>,
): string {
  const percent = `${(100 * confidence).toFixed(0)} %`
  const text = `a ${label} taken for a ${prediction}`
  return `<figure><img alt="${text}" src="${digitPicture(pixels, index)}"><figcaption>${label}, taken for <b>${prediction}</b><br>${percent} sure</figcaption></figure>`
}

/** A digit as a PNG in a data address: dark ink on white. */
function digitPicture(pixels: ArrayLike<number>, index: number): string {
  const png = new PNG({ width: side, height: side })
  for (let place = 0; place < side * side; place++) {
    const gray = Math.round(255 * (1 - (pixels[index * side * side + place] ?? 0)))
    png.data.set([gray, gray, gray, 255], 4 * place)
  }
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
