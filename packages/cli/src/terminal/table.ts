/** Rows of texts, in columns; columns that are empty throughout are left out. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) => `${indent}${line(row, widths)}`.trimEnd()).join('\n')
}

function line(row: readonly string[], widths: readonly number[]): string {
  return widths
    .flatMap((width, column) => (width === 0 ? [] : [(row[column] ?? '').padEnd(width)]))
    .join('  ')
}

/** `312 kB`: three digits, powers of 1000. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`
}
