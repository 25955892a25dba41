/** One case of a golden file, as its JSON has it. */
export interface GoldenCase {
  readonly name: string
  readonly kind?: string
  readonly expected: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/** A golden file. */
export interface GoldenFile {
  readonly header: { readonly kind: string; readonly [field: string]: unknown }
  readonly cases: readonly GoldenCase[]
}

/**
 * Plays a case with our code and fails, through `expect`, where the result differs.
 * @param skip for what docs/parity.md says cannot be played
 */
export type Interpreter = (golden: GoldenCase, skip: (reason: string) => never) => void | Promise<void>
