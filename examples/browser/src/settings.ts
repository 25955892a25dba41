/** What the page's address may say, such as `?epochs=4&examples=2000&engine=wasm`. */
export interface Settings {
  readonly epochs: number
  /** Digits to train on, of 8,000. */
  readonly examples: number
  readonly engine: EngineChoice
}

export const engineChoices = ['auto', 'webgpu', 'webgl', 'wasm'] as const
export type EngineChoice = (typeof engineChoices)[number]

/** @throws RangeError that names the part that makes no sense */
export function readSettings(search: string): Settings {
  const query = new URLSearchParams(search)
  return {
    epochs: wholeNumber(query, 'epochs', 12, 1000),
    examples: wholeNumber(query, 'examples', 8000, 8000),
    engine: engineChoice(query.get('engine') ?? 'auto'),
  }
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name) ?? String(fallback)
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new RangeError(
    `?${name}=${text}: ${name} must be a whole number from 1 to ${most}, such as ${fallback}`,
  )
}

function engineChoice(text: string): EngineChoice {
  const choice = engineChoices.find((name) => name === text)
  if (choice !== undefined) return choice
  throw new RangeError(`?engine=${text}: engine must be one of ${engineChoices.join(', ')}`)
}
