import type { Storage } from '../storage/storage.js'

/** Where a {@link VisBackend} may write. */
export interface VisContext {
  readonly storage: Storage
  /** `<logDir>/vis_data`. */
  readonly saveDir: string
}

/**
 * A place that shows or keeps what a run reports, such as files, TensorBoard or a tracking service. Nobody waits for its
 * methods but `flush`, which also tells what the promises of the others were rejected with. Implement those that the
 * place has a use for.
 *
 * ```ts
 * class ConsoleVisBackend implements VisBackend {
 *   addScalars(scalars: Readonly<Record<string, unknown>>, step: number) {
 *     console.log(step, scalars)
 *   }
 * }
 * // visualizer: { type: 'Visualizer', visBackends: [{ type: 'LocalVisBackend' }, new ConsoleVisBackend()] }
 * ```
 */
export interface VisBackend {
  /** The run's config as JSON text. */
  addConfig?(text: string): void | Promise<void>
  /**
   * Values by name at one step.
   * @param fileName a further file that wants the values, for backends that write rows into files
   */
  addScalars?(
    scalars: Readonly<Record<string, unknown>>,
    step: number,
    fileName?: string,
  ): void | Promise<void>
  /** @param png a whole PNG file */
  addImage?(name: string, png: Uint8Array, step: number): void | Promise<void>
  /** Waits until everything added is where it belongs. @throws what failed since the last flush */
  flush?(): Promise<void>
}

export function isVisBackend(value: unknown): value is VisBackend {
  if (typeof value !== 'object' || value === null) return false
  return ['addConfig', 'addScalars', 'addImage'].some(
    (name) => typeof Reflect.get(value, name) === 'function',
  )
}
