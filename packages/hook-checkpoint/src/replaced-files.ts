import type { StateTree, StateValue } from '@hookloop/core'

/**
 * Files that newer ones replace. They are removed only once the newer one is whole. Checkpoints remember the
 * list, so that a crash between writing and removing leaves nothing behind for ever.
 */
export class ReplacedFiles {
  constructor(
    /** Names of files that may go. */
    readonly obsolete: readonly string[] = [],
    /** The file of an interruption that nothing has replaced yet. */
    readonly interrupted?: string,
  ) {}

  /** `newer` is being written in the place of `older`. */
  replace(newer: string, older: readonly string[]): ReplacedFiles {
    return new ReplacedFiles(this.#with(newer, older), this.interrupted)
  }

  /** A regular checkpoint is being written; it also replaces the file of an interruption. */
  replaceByRegular(newer: string, older: readonly string[]): ReplacedFiles {
    return new ReplacedFiles(this.#with(newer, [...older, ...this.#interruptedFiles()]))
  }

  /** The run is being interrupted; the file replaces that of the last interruption. */
  replaceByInterrupted(newer: string): ReplacedFiles {
    return new ReplacedFiles(this.#with(newer, this.#interruptedFiles()), newer)
  }

  /** After obsolete files were removed. @param left those that could not be */
  withObsolete(left: readonly string[]): ReplacedFiles {
    return new ReplacedFiles(left, this.interrupted)
  }

  stateDict(): StateTree {
    return { obsolete: this.obsolete, interrupted: this.interrupted }
  }

  static fromState({ obsolete, interrupted }: StateTree): ReplacedFiles {
    return new ReplacedFiles(textsOf(obsolete), typeof interrupted === 'string' ? interrupted : undefined)
  }

  #interruptedFiles(): string[] {
    return this.interrupted === undefined ? [] : [this.interrupted]
  }

  #with(newer: string, older: readonly string[]): string[] {
    const names = new Set([...this.obsolete, ...older])
    names.delete(newer)
    return [...names]
  }
}

function textsOf(value: StateValue): string[] {
  if (!Array.isArray(value)) return []
  const items: readonly unknown[] = value
  return items.filter((item) => typeof item === 'string')
}
