import type { Storage } from '@hookloop/core'

/** Names and places of a run's checkpoint files. */
export class CheckpointPaths {
  /** Where the files go. */
  readonly folder: string

  constructor(
    private readonly storage: Pick<Storage, 'join' | 'absolute'>,
    private readonly workDir: string,
    outDir: string | undefined,
    private readonly template: string,
  ) {
    const name = workDir.split(/[\\/]/).at(-1) ?? ''
    this.folder = outDir === undefined ? workDir : storage.absolute(storage.join(outDir, name))
  }

  regular(id: number): string {
    return this.storage.join(this.folder, this.template.replace('{}', String(id)))
  }

  best(metric: string, id: number): string {
    const name = `best_${metric.replaceAll('/', '_')}_${this.template.replace('{}', String(id))}`
    return this.storage.join(this.folder, name)
  }

  interrupted(iter: number): string {
    return this.storage.join(this.folder, `interrupted_iter_${iter}.safetensors`)
  }

  /** A file noted earlier, where it lies now: the folder may have been moved since. */
  relocated(path: string): string {
    return this.storage.join(this.folder, nameOf(path))
  }

  /** How `last_checkpoint` names a file: relative to the work dir, so that this can be moved. */
  noted(path: string): string {
    const inside = [`${this.workDir}/`, `${this.workDir}\\`].some((prefix) => path.startsWith(prefix))
    return inside ? path.slice(this.workDir.length + 1) : path
  }
}

export function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
