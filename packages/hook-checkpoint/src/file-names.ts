/** Where the number stands in a template: `{}`, or `{:03d}` with so many digits at least. */
const numberPlace = /\{(?::0(\d+)d?)?\}/

/** True for a file name with one place for the number. */
export function isTemplate(template: string): boolean {
  const rest = template.replace(numberPlace, '')
  return rest !== template && !/[\\/{}]/.test(rest) && template.endsWith('.safetensors')
}

/** The names of checkpoint files. */
export class FileNames {
  /**
   * @param template file name in which `{}` is the number, or `{:03d}` for one with leading zeros
   * @param unit what the number counts
   */
  constructor(
    private readonly template: string,
    readonly unit: 'epoch' | 'iter',
  ) {}

  /** After so many epochs or iterations. */
  regular(count: number): string {
    return this.template.replace(numberPlace, (_, digits: string | undefined) =>
      String(count).padStart(Number(digits ?? 0), '0'),
    )
  }

  /** After so many iterations, in the middle of an epoch where files count epochs. */
  atIter(iter: number): string {
    return this.unit === 'iter' ? this.regular(iter) : `iter_${iter}.safetensors`
  }

  /** The best by a metric, found after so many epochs or iterations. */
  best(metric: string, count: number, unit: 'epoch' | 'iter'): string {
    return `${bestPrefix(metric)}${unit === this.unit ? this.regular(count) : this.atIter(count)}`
  }

  /** Where a run was interrupted, after so many iterations. */
  interrupted(iter: number): string {
    return `interrupted_iter_${iter}.safetensors`
  }
}

/** True for the name of a file that is the best by this metric. */
export function isBestOf(metric: string, name: string): boolean {
  return name.startsWith(bestPrefix(metric))
}

function bestPrefix(metric: string): string {
  return `best_${metric.replace(/[\\/]/g, '_')}_`
}

/** `<stem>-<first 8 digits of the hash>.safetensors` */
export function publishedName(name: string, sha256: string): string {
  return `${name.replace(/\.safetensors$/, '')}-${sha256.slice(0, 8)}.safetensors`
}

/** The last part of a path. */
export function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

/**
 * The path as `last_checkpoint` holds it: relative where the file lies in the work dir, so that the folder may
 * be moved.
 */
export function noteOf(workDir: string, path: string): string {
  const rest = path.slice(workDir.length)
  return path.startsWith(workDir) && /^[\\/]/.test(rest) ? rest.slice(1) : path
}
