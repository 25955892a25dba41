import { bars, judge } from './bars.mjs'
import { workloads } from './workloads.mjs'

/**
 * The page of results.
 * @param {import('./measure.mjs').Result[]} results @param {import('./measure.mjs').Failure[]} failures
 * @param {{ command: string, rounds: number, machine: string[], versions: Record<string, string>, explanations: string }} circumstances
 * explanations: written by hand, of the committed results
 */
export function report(results, failures, { command, rounds, machine, versions, explanations }) {
  const names = Object.keys(workloads).filter((name) => results.some(({ workload }) => workload === name))
  return [
    '# Training, measured',
    '',
    `Made by \`${command}\`: medians and quartiles of ${rounds} rounds, in which the systems took turns, each in a process of its`,
    'own with the best of its settings (tried before). Batches of 64, Adam, reshuffled random examples, losses read every 50',
    'steps. Ours runs with the default hooks on, but for checkpoints; `hookloop-compiled` decides itself how many steps it makes per',
    'call, `hookloop-8-per-call`, `keras-fit-50` and `jax-scan` make several. Every system that trains showed a falling loss.',
    ...(rounds < 5 ? ['', `**${rounds} rounds are too few to judge by.**`] : []),
    '',
    ...machine.map((line) => `- ${line}`),
    ...Object.entries(versions).map(([home, text]) => `- ${home}: ${text}`),
    '',
    '## Bars',
    '',
    ...barTable(judge(bars, results).filter(({ workload }) => names.includes(workload))),
    ...(explanations === '' ? [] : ['', '## Where a bar is not reached', '', explanations]),
    ...names.flatMap((name) => ['', ...section(name, results, failures)]),
    '',
  ].join('\n')
}

function barTable(judged) {
  const rows = judged.map(({ measure, workload, bar, isRate, measured, other, isReached }) => [
    other === undefined || measure.includes(other) ? measure : `${measure} (${other})`,
    workload,
    `${isRate ? 'at least' : 'at most'} ${number(bar)}`,
    measured === undefined ? 'not measured' : number(measured),
    measured === undefined ? '–' : isReached ? 'yes' : `NO (${number(measured / bar)} of the bar)`,
  ])
  return table(['measure', 'workload', 'bar', 'measured', 'reached'], rows)
}

function* section(name, results, failures) {
  const { title, unit } = workloads[name]
  yield `## \`${name}\`: ${title}`
  yield ''
  const own = results.filter(({ workload }) => workload === name)
  const reference = own.find(({ system }) => system === 'hookloop-compiled') ?? own[0]
  const rows = own.map(({ system, settings, median, spread }) => [
    system,
    number(median),
    spread.map(number).join(' – '),
    // Differences may lie on the other side of 0 by chance.
    median > 0 && reference.median > 0 ? number(median / reference.median) : '–',
    settingsText(settings),
  ])
  yield* table(['system', unit, 'quartiles', `÷ ${reference.system}`, 'settings'], rows)
  const failed = failures.filter(({ workload }) => workload === name)
  if (failed.length > 0) yield ''
  for (const { system, reason } of failed) yield `- ${system}: ${reason}`
}

function settingsText(settings) {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')
}

/** Three digits. */
export function number(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]
}
