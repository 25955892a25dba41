import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './run.mjs'

const ignored = new Set(['node_modules', 'dist', '.git', '.nx', 'work_dirs', '.hookloop', 'fixtures', 'docs'])

/**
 * A short name for the state of all files that `wanted` takes: it changes when one of them does.
 * @param {(path: string) => boolean} wanted
 */
export function stateOf(wanted) {
  const hash = createHash('sha256').update(process.versions.modules)
  for (const path of filesBelow('.')) {
    if (!wanted(path)) continue
    const { mtimeMs, size } = statSync(join(root, path))
    hash.update(`${path}\0${mtimeMs}\0${size}\0`)
  }
  return hash.digest('hex')
}

/** @param {string} folder */
function* filesBelow(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (!ignored.has(entry.name)) yield* filesBelow(path)
    } else if (entry.isFile() && entry.name !== 'test-results.json') yield path
  }
}

/** @param {string} step */
const stampFile = (step) => join(root, 'node_modules', '.hookloop', step)

/** True when `step` was done for this state. @param {string} step @param {string} state */
export function isDone(step, state) {
  try {
    return readFileSync(stampFile(step), 'utf8') === state
  } catch {
    return false
  }
}

/** @param {string} step @param {string} state */
export function markDone(step, state) {
  mkdirSync(dirname(stampFile(step)), { recursive: true })
  writeFileSync(stampFile(step), state)
}
