import { kB } from './kilobytes.mjs'

// | [`@hookloop/core`](packages/core) | what it does | size |, the last cell being absent from a new row.
const rows = /^(\| \[`(@hookloop\/[^`]+)`\]\([^)]*\) *\|[^|\n]*\|)([^|\n]*)\|?$/gm
const unsized = '–'

/**
 * What is wrong with the README's row of a package, if anything. A figure may be off by a twentieth or 0.1 kB, so that
 * not every change of a package is one of the README.
 * @param {string} readme @param {{ name: string, bytes: number }} size
 * @returns {string | undefined}
 */
export function readmeComplaint(readme, { name, bytes }) {
  const row = [...readme.matchAll(rows)].find(([, , named]) => named === name)
  if (row === undefined) return `README.md has no row for ${name} in its table of packages`
  const shown = row[3].trim()
  const offBytes = Math.abs(Number.parseFloat(shown) * 1000 - bytes)
  if (offBytes <= Math.max(100, bytes / 20)) return undefined
  return `README.md says "${shown}" for ${name}, which has ${kB(bytes)}: npm run sizes -- --write`
}

/**
 * The README with the sizes in its table.
 * @param {string} readme @param {{ name: string, bytes: number }[]} sizes
 */
export function withSizes(readme, sizes) {
  const texts = new Map(sizes.map(({ name, bytes }) => [name, kB(bytes)]))
  return readme.replace(rows, (_row, head, name) => `${head} ${(texts.get(name) ?? unsized).padStart(7)} |`)
}
