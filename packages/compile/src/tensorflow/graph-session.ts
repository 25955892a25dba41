import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GraphNode, savedModelOf } from './graph-def.js'
import type { NativeBinding, NativeTensor } from './native-backend.js'

/** A graph that TensorFlow has loaded, with the resource variables that it holds. */
export class GraphSession {
  readonly #id: number

  /** @throws what TensorFlow says of a graph that it does not take */
  constructor(
    private readonly binding: NativeBinding,
    nodes: readonly GraphNode[],
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'hookloop-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModelOf(nodes))
      this.#id = binding.loadSavedModel(folder, 'serve')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /**
   * @param ids data that are fed to the nodes `feeds`; both names are lists that commas divide
   * @returns the outputs of the nodes `fetches`, which are the caller's
   */
  run(ids: readonly number[], feeds: string, fetches: string): NativeTensor[] {
    return this.binding.runSavedModel(this.#id, ids, feeds, fetches)
  }

  dispose(): void {
    this.binding.deleteSavedModel(this.#id)
  }
}
