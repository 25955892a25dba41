import { checkOptions } from '../registry/check-options.js'
import type { TypedConfig, VisBackendConfigs } from '../registry/configs.js'
import { visBackendRegistry } from '../registry/registries.js'
import { visualizerSchema } from './schemas.js'
import { isVisBackend, type VisBackend, type VisContext } from './vis-backend.js'

/** Options of {@link Visualizer}. */
export interface VisualizerOptions {
  /** Where things are shown; default `[{ type: 'LocalVisBackend' }]`. */
  readonly visBackends?: readonly (TypedConfig<VisBackendConfigs> | VisBackend)[]
}

/** Hands what a run reports to every backend: scalars, images, the config. */
export class Visualizer {
  readonly backends: readonly VisBackend[]
  #told: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options; what the constructor of a backend throws */
  constructor(context: VisContext, options: VisualizerOptions = {}) {
    checkOptions('Visualizer', visualizerSchema, options)
    const { visBackends = [{ type: 'LocalVisBackend' }] } = options
    this.backends = visBackends.map((entry) =>
      isVisBackend(entry) ? entry : visBackendRegistry.build(entry, context),
    )
  }

  addConfig(text: string): void {
    for (const backend of this.backends) this.#await(backend.addConfig?.(text))
  }

  /**
   * Shows values by name at one step.
   * @param fileName a further file for backends that write rows into files
   */
  addScalars(scalars: Readonly<Record<string, unknown>>, step: number, fileName?: string): void {
    for (const backend of this.backends) this.#await(backend.addScalars?.(scalars, step, fileName))
  }

  addScalar(name: string, value: number, step: number): void {
    this.addScalars({ [name]: value }, step)
  }

  /** @param png a whole PNG file */
  addImage(name: string, png: Uint8Array, step: number): void {
    for (const backend of this.backends) this.#await(backend.addImage?.(name, png, step))
  }

  /** Waits for all backends. @throws the first failure since the last flush, once all have been waited for */
  async flush(): Promise<void> {
    await this.#told
    const failure = this.#failure
    this.#failure = undefined
    const results = await Promise.allSettled(this.backends.map((backend) => backend.flush?.()))
    if (failure !== undefined) throw failure.error
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  // A promise that nobody waits for would end the process by its rejection.
  #await(told: void | Promise<void>): void {
    if (!(told instanceof Promise)) return
    const noted = told.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    this.#told = this.#told.then(() => noted)
  }
}
