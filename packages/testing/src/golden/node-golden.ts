import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HookloopError } from '@hookloop/core'
import { jsonDifferences } from './json-differences.js'

/** How values are compared with a golden file. */
export interface GoldenOptions {
  /** How far a number may be from the golden one, relative to the greater of the two and to 1. Default 0: the same bits. */
  readonly tolerance?: number
}

/**
 * Compares a value with a JSON file that was written by an earlier version: a trace, numbers, a table.
 * With the environment variable `UPDATE_GOLDENS=1` the file is written instead; look at the difference before you commit it.
 * @param file a path, or `new URL('./trace.json', import.meta.url)`
 * @throws `HL_GOLDEN_DIFFERS` that names each place, `HL_GOLDEN_MISSING` where there is no file, `HL_GOLDEN_VALUE` for what JSON
 * cannot hold
 */
export async function expectGolden(
  value: unknown,
  file: string | URL,
  { tolerance = 0 }: GoldenOptions = {},
): Promise<void> {
  const path = typeof file === 'string' ? file : fileURLToPath(file)
  const text = jsonText(value)
  if (process.env.UPDATE_GOLDENS === '1') {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    return
  }
  const differences = jsonDifferences(JSON.parse(await goldenText(path)), JSON.parse(text), tolerance)
  if (differences.length === 0) return
  throw new HookloopError(
    'HL_GOLDEN_DIFFERS',
    [
      `the value differs from ${path} in ${differences.length === 1 ? 'one place' : `${differences.length} places`}:`,
      ...differences.slice(0, mostShown).map((line) => `  ${line}`),
      ...(differences.length > mostShown ? [`  and ${differences.length - mostShown} more`] : []),
      'Where the new value is right, run the test with UPDATE_GOLDENS=1 and commit the file',
    ].join('\n'),
  )
}

const mostShown = 10

async function goldenText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new HookloopError(
      'HL_GOLDEN_MISSING',
      `there is no golden file ${path}; run the test with UPDATE_GOLDENS=1 to write it, look at it, and commit it`,
      { cause },
    )
  }
}

/** One value a line where a list holds nothing but plain values, so that a difference can be read. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (key, item: unknown) => plainItem(key, item), 2)
  if (text === undefined) throw unstorable('the value', typeof value)
  return `${text}\n`
}

function plainItem(key: string, item: unknown): unknown {
  if (typeof item === 'number' && !Number.isFinite(item)) throw unstorable(`'${key}'`, String(item))
  return isNumbers(item) ? [...item] : item
}

function isNumbers(value: unknown): value is Iterable<unknown> {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}

function unstorable(what: string, found: string): HookloopError {
  return new HookloopError(
    'HL_GOLDEN_VALUE',
    `${what} is ${found}, which a JSON file cannot hold; make a text of it before it is compared`,
  )
}
