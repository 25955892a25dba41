import { checkOptions } from '../registry/check-options.js'
import { BackgroundWriter } from '../storage/background-writer.js'
import { bytesOf } from '../storage/bytes.js'
import { localVisBackendSchema } from './schemas.js'
import type { VisBackend, VisContext } from './vis-backend.js'

/** Options of {@link LocalVisBackend}. */
export interface LocalVisBackendOptions {
  /** Folder of images under `vis_data`. Default `vis_image`. */
  readonly imgSaveDir?: string
  /** Default `config.json`. */
  readonly configSaveFile?: string
  /** Rows of scalars as JSON lines. Default `scalars.json`. */
  readonly scalarSaveFile?: string
}

/** Keeps what a run reports in files: MMEngine's layout, so that scripts which read its logs read these. */
export class LocalVisBackend implements VisBackend {
  readonly #context: VisContext
  readonly #options: LocalVisBackendOptions
  readonly #writer: BackgroundWriter
  readonly #scalarPath: string

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(context: VisContext, options: LocalVisBackendOptions = {}) {
    checkOptions('LocalVisBackend', localVisBackendSchema, options)
    this.#context = context
    this.#options = options
    this.#writer = new BackgroundWriter(context.storage)
    this.#scalarPath = this.#path(options.scalarSaveFile ?? 'scalars.json')
  }

  addConfig(text: string): void {
    this.#writer.write(this.#path(this.#options.configSaveFile ?? 'config.json'), `${text}\n`)
  }

  addScalars(scalars: Readonly<Record<string, unknown>>, step: number, fileName?: string): void {
    const row = bytesOf(`${JSON.stringify({ ...scalars, step })}\n`)
    this.#writer.append(this.#scalarPath, row)
    if (fileName !== undefined) this.#writer.append(this.#path(fileName), row)
  }

  addImage(name: string, png: Uint8Array, step: number): void {
    const file = `${name.replaceAll(/[/\\]/g, '_')}_${step}.png`
    this.#writer.write(this.#path(this.#options.imgSaveDir ?? 'vis_image', file), png)
  }

  flush(): Promise<void> {
    return this.#writer.flush()
  }

  #path(...parts: string[]): string {
    return this.#context.storage.join(this.#context.saveDir, ...parts)
  }
}
