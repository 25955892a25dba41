import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GoldenFile } from './interpreter.js'

/** The folder of golden files: `HOOKLOOP_GOLDENS`, or the project's own copy. */
export function goldenFolder(): string {
  return process.env.HOOKLOOP_GOLDENS ?? fileURLToPath(new URL('../fixtures', import.meta.url))
}

/** All golden files of a folder. @throws when there is none, or one is not what it should be */
export function loadGoldens(folder: string): GoldenFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  if (names.length === 0) throw new Error(`${folder} holds no golden files (*.json)`)
  return names.sort().map((name) => readGolden(join(folder, name)))
}

function readGolden(path: string): GoldenFile {
  const content: unknown = JSON.parse(withIntegerArrays(readFileSync(path, 'utf8')))
  if (isGoldenFile(content)) return content
  throw new Error(`${path} is not a golden file: it needs header.kind and a list of cases with names`)
}

/** JSON.parse takes 1 and 1.0 for the same, but NumPy prints them differently: arrays of integers get a mark. */
export function withIntegerArrays(json: string): string {
  return json.replace(/"ndarray": ?\[[-\d[\],\s]*\]/g, (array) => `${array}, "dtype": "int"`)
}

function isGoldenFile(content: unknown): content is GoldenFile {
  if (typeof content !== 'object' || content === null || !('header' in content) || !('cases' in content))
    return false
  const { header, cases } = content
  if (typeof header !== 'object' || header === null || !('kind' in header) || !Array.isArray(cases))
    return false
  return typeof header.kind === 'string' && cases.every((entry) => typeof entry?.name === 'string')
}
