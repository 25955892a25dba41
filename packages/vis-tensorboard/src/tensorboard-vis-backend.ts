import { BackgroundWriter, checkOptions, type VisBackend, type VisContext } from '@hookloop/core'
import { imageEvent, scalarEvent } from '@hookloop/tfevents'
import { configEvents } from './config-events.js'
import { beginEventFile } from './event-file.js'
import { type TensorboardVisBackendOptions, tensorboardVisBackendSchema } from './options.js'

/**
 * Writes what a run reports into an event file of TensorBoard. The file begins with the first value or picture; a
 * config that comes before waits for it.
 */
export class TensorboardVisBackend implements VisBackend {
  readonly #context: VisContext
  readonly #saveDir: string
  readonly #writer: BackgroundWriter
  #config: readonly Uint8Array[] = []
  #path: string | undefined
  #written: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(context: VisContext, options: TensorboardVisBackendOptions = {}) {
    checkOptions('TensorboardVisBackend', tensorboardVisBackendSchema, options)
    const { saveDir } = options
    this.#context = context
    this.#saveDir = saveDir === undefined ? context.saveDir : context.storage.absolute(saveDir)
    this.#writer = new BackgroundWriter(context.storage)
  }

  addConfig(text: string): void {
    this.#config = configEvents(text)
    if (this.#path !== undefined) this.#append(this.#path, this.#config)
  }

  /**
   * Each number of the row under its name; what is no number is left out, and so is `step`.
   * @throws TfeventsError for a step that is no whole number, and for a number without a name
   */
  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void {
    const wallTime = Date.now() / 1000
    const events = Object.entries(scalars).flatMap(([tag, value]) =>
      typeof value === 'number' && tag !== 'step' ? [scalarEvent({ tag, value, step, wallTime })] : [],
    )
    // Other rows may count epochs: taken for an iteration, theirs would make TensorBoard drop too much.
    this.#add(events, typeof scalars.iter === 'number' ? step : undefined)
  }

  /** @throws TfeventsError for what is no PNG, and for a step that is no whole number */
  addImage(name: string, png: Uint8Array, step: number): void {
    this.#add([imageEvent({ tag: name, png, step })])
  }

  async flush(): Promise<void> {
    await this.#written
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  /** @param startStep the step of the events, where it counts iterations */
  #add(events: readonly Uint8Array[], startStep?: number): void {
    if (events.length === 0) return
    if (this.#path === undefined) {
      const { name, head } = beginEventFile(startStep)
      this.#path = this.#context.storage.join(this.#saveDir, name)
      this.#append(this.#path, [...head, ...this.#config])
    }
    this.#append(this.#path, events)
  }

  #append(path: string, events: readonly Uint8Array[]): void {
    for (const event of events) this.#writer.append(path, event)
    this.#written = this.#writer.flush().catch((error: unknown) => {
      this.#failure ??= { error }
      // Nobody can read beyond what may be half a record: what comes now goes into another file.
      if (this.#path === path) this.#path = undefined
    })
  }
}
