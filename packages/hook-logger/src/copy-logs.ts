import { type Runner, writeFile } from '@hookloop/core'

/** Copies the files of a run's log folder whose names end in one of `suffixes` to `<outDir>/<name of work dir>`. */
export async function copyLogs(
  { storage, logDir, workDir, timestamp }: Pick<Runner, 'storage' | 'logDir' | 'workDir' | 'timestamp'>,
  outDir: string,
  suffixes: readonly string[],
  keepLocal: boolean,
): Promise<void> {
  const target = storage.join(outDir, workDir.split(/[\\/]/).at(-1) ?? 'run', timestamp)
  for (const folder of ['', 'vis_data']) {
    for (const name of await storage.list(storage.join(logDir, folder))) {
      if (!suffixes.some((suffix) => name.endsWith(suffix))) continue
      const path = storage.join(logDir, folder, name)
      await writeFile(storage, storage.join(target, folder, name), await storage.read(path))
      if (!keepLocal) await storage.remove(path)
    }
  }
}
