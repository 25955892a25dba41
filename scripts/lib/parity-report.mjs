import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ name: string, [field: string]: any }} GoldenCase
 * @typedef {{ header: { kind: string, [field: string]: unknown }, cases: GoldenCase[] }} GoldenFile
 * @typedef {{ failed: boolean, deviation?: number }} Outcome deviation: none where no numbers are compared by size
 */

/** @param {string} folder @returns {GoldenFile[]} */
export function readGoldens(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

/**
 * What became of each case. Deviations are in proportion to the values.
 * @param {{ report: any | undefined }[]} reports vitest's
 */
export function outcomesOf(reports) {
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map()
  for (const file of reports.flatMap(({ report }) => report?.testResults ?? [])) {
    for (const { fullName, status, meta } of file.assertionResults)
      outcomes.set(fullName, { failed: status === 'failed', deviation: meta?.deviation })
  }
  return (/** @type {GoldenFile} */ { header }, /** @type {GoldenCase} */ { name }) =>
    outcomes.get(`${header.kind} ${name}`) ?? { failed: true }
}

/**
 * A line for each kind of case and, with `byClass`, for each class in them.
 * @param {string} title @param {GoldenFile[]} goldens @param {ReturnType<typeof outcomesOf>} outcomeOf
 * @param {{ byClass: boolean }} options
 */
export function* table(title, goldens, outcomeOf, { byClass }) {
  for (const golden of goldens) {
    const played = golden.cases.map((one) => ({ one, ...outcomeOf(golden, one) }))
    yield line(`${title}: ${golden.header.kind}`, played)
    if (!byClass) continue
    const classes = [...new Set(golden.cases.flatMap(classesOf))].sort()
    for (const type of classes)
      yield line(
        `  ${type}`,
        played.filter(({ one }) => classesOf(one).includes(type)),
      )
  }
}

/** @param {GoldenCase} golden @returns {string[]} */
function classesOf({ schedulers, optimizer, phases }) {
  if (schedulers !== undefined) return schedulers.map(({ type }) => type)
  return optimizer === undefined
    ? phases.map((phase) => phase.optim_wrapper.optimizer.type)
    : [optimizer.type]
}

/** @param {string} name @param {Outcome[]} outcomes */
function line(name, outcomes) {
  const wrong = outcomes.filter(({ failed }) => failed).length
  const deviations = outcomes.flatMap(({ deviation }) => deviation ?? [])
  const largest = Math.max(0, ...deviations)
  const deviation = largest === 0 ? '0' : largest.toExponential(1)
  const counts = `${String(outcomes.length).padStart(4)} cases, ${wrong} differ`
  return `${name.padEnd(30)} ${counts}${deviations.length === 0 ? '' : `, largest deviation ${deviation}`}`
}

/**
 * Writes golden files of the cases that failed alone.
 * @param {string} folder @param {string} title @param {GoldenFile[]} goldens
 * @param {ReturnType<typeof outcomesOf>} outcomeOf
 */
export function keepFailing(folder, title, goldens, outcomeOf) {
  for (const golden of goldens) {
    const cases = golden.cases.filter((one) => outcomeOf(golden, one).failed)
    if (cases.length === 0) continue
    mkdirSync(folder, { recursive: true })
    const content = JSON.stringify({ ...golden, cases }, undefined, 1)
    writeFileSync(join(folder, `${title}-${golden.header.kind}.json`), `${content}\n`)
  }
}
