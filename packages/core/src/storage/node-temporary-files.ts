import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { isProcessAlive } from './node-processes.js'

// Which process writes a file stands in its name, so that others can tell whether it is still at it.
const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')
const pattern = /^\.hookloop\.([A-Za-z0-9-]*)~(\d+)~[0-9a-f]{12}\.tmp$/

/** Where a file is written before it takes its place; without the file's name, which may be as long as names can be. */
export function temporaryPathOf(path: string): string {
  const mark = `${host}~${process.pid}~${randomBytes(6).toString('hex')}`
  return join(dirname(path), `.hookloop.${mark}.tmp`)
}

/** True for files under names that a store gives to what is not whole yet. */
export function isTemporary(name: string): boolean {
  return pattern.test(name)
}

const swept = new Set<string>()

/**
 * Removes what processes of this machine that were killed have left half written in a folder; once per process and
 * folder. Files of processes that live, and of other machines, stay.
 */
export async function sweepTemporaryFiles(folder: string): Promise<void> {
  if (swept.has(folder)) return
  swept.add(folder)
  const names = await fs.readdir(folder).catch((): string[] => [])
  await Promise.all(names.filter(isAbandoned).map((name) => fs.rm(join(folder, name), { force: true })))
}

function isAbandoned(name: string): boolean {
  const [, writer, pid] = pattern.exec(name) ?? []
  return writer === host && pid !== undefined && !isProcessAlive(Number(pid))
}
