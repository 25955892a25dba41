import type { VisBackend } from '@hookloop/core'

/** Values that were handed to the visualizer at one step. */
export interface ScalarRow {
  readonly step: number
  readonly scalars: Readonly<Record<string, unknown>>
}

/** A picture that was handed to the visualizer. */
export interface ImageRow {
  readonly step: number
  readonly name: string
  readonly png: Uint8Array
}

/**
 * A backend of the visualizer that keeps what it is shown.
 *
 * ```ts
 * const shown = new ScalarRecorder()
 * const runner = tinyRunner({ visualizer: { type: 'Visualizer', visBackends: [shown] } })
 * ```
 */
export class ScalarRecorder implements VisBackend {
  readonly rows: ScalarRow[] = []
  readonly images: ImageRow[] = []

  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void {
    this.rows.push({ step, scalars: { ...scalars } })
  }

  addImage(name: string, png: Uint8Array, step: number): void {
    this.images.push({ step, name, png })
  }

  /** The values of one scalar with their steps. */
  valuesOf(name: string): (readonly [step: number, value: unknown])[] {
    return this.rows.flatMap(({ step, scalars }) => (name in scalars ? [[step, scalars[name]] as const] : []))
  }
}
