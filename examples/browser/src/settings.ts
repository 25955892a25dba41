/** What the page's address may say, such as `?epochs=4&examples=2000&engine=wasm`. */
export interface Settings {
  readonly epochs: number
  /** Digits to train on, of 8,000. */
  readonly examples: number
  readonly engine: EngineChoice
}

export const engineChoices = ['auto', 'webgpu', 'webgl', 'wasm'] as const
export type EngineChoice = (typeof engineChoices)[number]

/** @param complain hears of each part that makes no sense; its default takes its place */
export function readSettings(search: string, complain: (text: string) => void): Settings {
  const query = new URLSearchParams(search)
  const wholeNumber = (name: string, fallback: number, most: number) => {
    const text = query.get(name) ?? String(fallback)
    const value = Number(text)
    if (Number.isInteger(value) && value >= 1 && value <= most) return value
    complain(
      `?${name}=${text}: ${name} must be a whole number from 1 to ${most}. ${fallback} takes its place.`,
    )
    return fallback
  }
  const text = query.get('engine') ?? 'auto'
  const engine = engineChoices.find((name) => name === text)
  if (engine === undefined)
    complain(`?engine=${text}: engine must be one of ${engineChoices.join(', ')}. auto takes its place.`)
  return {
    epochs: wholeNumber('epochs', 12, 1000),
    examples: wholeNumber('examples', 8000, 8000),
    engine: engine ?? 'auto',
  }
}
