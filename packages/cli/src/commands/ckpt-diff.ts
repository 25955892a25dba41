import { inspect } from 'node:util'
import { checkFile } from '../checkpoint/check-file.js'
import { compareCheckpoints, type Difference, isSame } from '../checkpoint/compare.js'
import { readCheckpoint } from '../checkpoint/read-checkpoint.js'
import { exitCodes } from '../exit-code.js'
import { print, printJson } from '../terminal/print.js'
import { table } from '../terminal/table.js'
import type { DataArguments } from './common.js'

/** `hookloop ckpt diff`. @returns 0 where nothing differs, 1 otherwise @throws CliError `HL_CLI_CHECKPOINT` */
export async function diffCheckpoints(a: string, b: string, { json }: DataArguments): Promise<number> {
  for (const file of [a, b]) checkFile(file)
  const comparison = compareCheckpoints(await readCheckpoint(a), await readCheckpoint(b))
  const same = isSame(comparison)
  if (json === true) printJson({ same, ...comparison })
  else if (same) print('the same tensors and metadata')
  else {
    const { tensors, values, metadata } = comparison
    printSection('metadata', metadata.map(sides))
    printSection('tensors', tensors.map(sides))
    printSection(
      'values',
      values.map(({ name, count, total, largest }) => [
        ...[name, `${count} of ${total} differ`, `by up to ${largest.toPrecision(3)}`],
      ]),
    )
  }
  return same ? exitCodes.ok : exitCodes.failed
}

function printSection(title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length > 0) print(`${title}\n${table(rows, '  ')}`)
}

function sides({ name, a, b }: Difference): string[] {
  return [name, `${shown(a)} → ${shown(b)}`]
}

function shown(value: unknown): string {
  if (value === undefined) return '–'
  const text =
    typeof value === 'string' ? value.replaceAll('\n', ' ') : inspect(value, { breakLength: Infinity })
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
