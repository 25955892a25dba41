import { HookloopError, type Runner, writeFile } from '@hookloop/core'

/**
 * Copies the files of a run's log folder whose names end in one of `suffixes` to `<outDir>/<name of work dir>`.
 * @param moved files that an earlier copy took away: what stands under their names since goes on from there
 * @throws `HL_LOGGER_OUT_DIR` where that is the work dir itself
 */
export async function copyLogs(
  { storage, logDir, workDir, timestamp }: Pick<Runner, 'storage' | 'logDir' | 'workDir' | 'timestamp'>,
  outDir: string,
  suffixes: readonly string[],
  keepLocal: boolean,
  moved: Set<string>,
): Promise<void> {
  const target = storage.join(outDir, workDir.split(/[\\/]/).at(-1) ?? 'run', timestamp)
  if (storage.absolute(target) === storage.absolute(logDir)) throw itself(outDir, workDir)
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
