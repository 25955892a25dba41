import { HookloopError, type Runner, reasonOf, writeFile } from '@hookloop/core'

type LogPlaces = Pick<Runner, 'storage' | 'logDir' | 'workDir' | 'timestamp'>

/**
 * Makes `outDir` and tries to write into it, so that a training of hours does not end with logs that go nowhere.
 * @throws `HL_LOGGER_OUT_DIR` where logs cannot be copied to it
 */
export async function checkOutDir(places: LogPlaces, outDir: string): Promise<void> {
  targetOf(places, outDir)
  const { storage, timestamp } = places
  const trial = storage.join(outDir, `.hookloop-${timestamp}`)
  try {
    await writeFile(storage, trial, '')
    await storage.remove(trial)
  } catch (cause) {
    throw unwritable(outDir, cause)
  }
}

/**
 * Copies the files of a run's log folder whose names end in one of `suffixes` to `<outDir>/<name of work dir>`.
 * @param moved files that an earlier copy took away: what stands under their names since goes on from there
 * @throws `HL_LOGGER_OUT_DIR` where that is the work dir itself
 */
export async function copyLogs(
  places: LogPlaces,
  outDir: string,
  suffixes: readonly string[],
  keepLocal: boolean,
  moved: Set<string>,
): Promise<void> {
  const target = targetOf(places, outDir)
  const { storage, logDir } = places
  for (const folder of ['', 'vis_data']) {
    for (const name of await storage.list(storage.join(logDir, folder))) {
      if (!suffixes.some((suffix) => name.endsWith(suffix))) continue
      const path = storage.join(logDir, folder, name)
      const copy = storage.join(target, folder, name)
      const content = await storage.read(path)
      if (moved.has(path) && isGrowing(folder, name)) await storage.append(copy, content)
      else await writeFile(storage, copy, content)
      if (keepLocal) continue
      await storage.remove(path)
      moved.add(path)
    }
  }
  if (!keepLocal) await removeEmptyFolders(places)
}

/** Those that the run made; one that holds something, or must not be removed, stays: nothing hangs on it. */
async function removeEmptyFolders({ storage, logDir }: LogPlaces): Promise<void> {
  for (const folder of [storage.join(logDir, 'vis_data'), logDir])
    await storage.remove(folder).catch(() => undefined)
}

/** @throws `HL_LOGGER_OUT_DIR` where that is the log folder itself */
function targetOf({ storage, logDir, workDir, timestamp }: LogPlaces, outDir: string): string {
  const target = storage.join(outDir, workDir.split(/[\\/]/).at(-1) ?? 'run', timestamp)
  if (storage.absolute(target) === storage.absolute(logDir)) throw itself(outDir, workDir)
  return target
}

/** Logs and rows grow line by line; other files are written whole. */
function isGrowing(folder: string, name: string): boolean {
  return name.endsWith('.log') || (folder === 'vis_data' && name !== 'config.json')
}

function itself(outDir: string, workDir: string): HookloopError {
  return new HookloopError(
    'HL_LOGGER_OUT_DIR',
    `outDir is ${outDir}, where the logs of ${workDir} lie already: copies go into a folder of the work dir's name. ` +
      'Name another outDir',
  )
}

function unwritable(outDir: string, cause: unknown): HookloopError {
  // What the storage says besides is about the work dir.
  const reason = reasonOf(cause instanceof Error ? (cause.cause ?? cause) : cause)
  return new HookloopError(
    'HL_LOGGER_OUT_DIR',
    `outDir is ${outDir}, where no file can be written: ${reason}. Name a folder that may be written to, or leave outDir out`,
    { cause },
  )
}
