import type { Profile } from './profile.js'
import type { ProfileRow } from './summary.js'

export const profileOrders = ['total', 'mean', 'calls', 'name'] as const

/** What rows are sorted by: numbers from the largest, names by the alphabet. */
export type ProfileOrder = (typeof profileOrders)[number]

/** How a table looks. */
export interface ProfileTableOptions {
  /** Default `total`. */
  readonly sortBy?: ProfileOrder
  /** Most rows. Default all. */
  readonly limit?: number
}

const head = ['name', 'at', 'calls', 'total ms', 'mean ms', 'of iteration']

/** A profile as lines of text; the last column is the share of the iterations in which something lies. */
export function profileTable(
  profile: Profile,
  { sortBy = 'total', limit }: ProfileTableOptions = {},
): string {
  const sorted = profile.rows.toSorted(comparisons[sortBy])
  const shown = sorted.slice(0, limit)
  const cells = [head, ...shown.map(cellsOf)]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const left = sorted.length - shown.length
  return [
    title(profile),
    ...cells.map((row) => lineOf(row, widths)),
    ...(left > 0 ? [`… and ${left} more rows`] : []),
  ].join('\n')
}

function title({ iterations, cycle, begin, end }: Profile): string {
  return `Profile ${cycle}: ${iterations} training iterations in ${(end - begin).toFixed(3)} ms`
}

function cellsOf({ name, point, calls, total, mean, share }: ProfileRow): string[] {
  const percent = share === undefined ? '' : `${(share * 100).toFixed(1)} %`
  return [name, point, String(calls), total.toFixed(3), mean.toFixed(3), percent]
}

/** Words to the left, numbers to the right. */
function lineOf(row: readonly string[], widths: readonly number[]): string {
  const padded = row.map((cell, column) => {
    const width = widths[column] ?? 0
    return column < 2 ? cell.padEnd(width) : cell.padStart(width)
  })
  return padded.join('  ').trimEnd()
}

const comparisons: Readonly<Record<ProfileOrder, (a: ProfileRow, b: ProfileRow) => number>> = {
  total: (a, b) => b.total - a.total,
  mean: (a, b) => b.mean - a.mean,
  calls: (a, b) => b.calls - a.calls,
  name: (a, b) => compareText(a.name, b.name) || compareText(a.point, b.point),
}

// The same order on every machine, whatever its language.
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
