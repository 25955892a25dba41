import { layerCases, layersWithout } from '@hookloop-tests/layer-cases'
import { casesPerRow } from './gradient-case.js'
import { layerDraws } from './layer-gradients.js'
import { nativeCases, opCases, opsWithout } from './op-cases.js'
import { lossCases, optimizerCases } from './training-cases.js'

const bound = '1e-5'

/** The table of docs/engines.md: what is compared, how often, with whom and how exactly. */
export function gradientTable(): string {
  const rows = [
    ...Object.keys(opCases).map((name) => row(`op ${name}`, casesPerRow, 'cpu')),
    ...Object.keys(nativeCases).map((name) => row(`op ${name}`, casesPerRow, 'tfjs-node')),
    ...Object.keys(layerCases).map((name) => row(`layer ${name}`, layerDraws, 'cpu')),
    ...Object.keys(lossCases).map((name) => row(`loss ${name}`, 1, 'cpu')),
    ...Object.keys(optimizerCases).map((name) => row(`optimizer ${name}`, 1, 'cpu')),
  ]
  const missing = Object.entries({ ...prefixed('op', opsWithout), ...prefixed('layer', layersWithout) })
  return [
    '| gradient of | drawn cases | compared with | largest difference, relative |',
    '|---|---|---|---|',
    ...rows.sort(),
    '',
    'Without a case:',
    '',
    ...missing.map(([name, reason]) => `- ${name}: ${reason}`),
  ].join('\n')
}

function row(name: string, cases: number, reference: string): string {
  return `| ${name} | ${cases} | ${reference} | below ${bound} |`
}

function prefixed(kind: string, reasons: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(reasons).map(([name, reason]) => [`${kind} ${name}`, reason]))
}
