import { classNames } from './digits.js'

/** The confusion matrix as text: a row per true digit, a column per prediction. */
export function confusionTable(confusion: readonly (readonly number[])[]): string {
  const cell = (value: string | number) => String(value).padStart(5)
  const head = `truth ${classNames.map(cell).join('')}   right`
  const rows = confusion.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    const share = total === 0 ? '' : `${((100 * (row[label] ?? 0)) / total).toFixed(1)} %`
    return `${cell(label)} ${row.map((count) => cell(count === 0 ? '.' : count)).join('')}${share.padStart(9)}`
  })
  return [head, ...rows].join('\n')
}
