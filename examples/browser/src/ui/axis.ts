/** A range with some room around the values, and nothing below 0. */
export function paddedRange(least: number | null, most: number | null): [number, number] {
  const [low, high] = [least ?? 0, most ?? 1]
  const room = (high - low || Math.abs(high) || 1) * 0.08
  return [Math.max(0, low - room), high + room]
}

const fewest = 3
/** Places of lines within a power of ten, the coarsest first. */
const places: readonly (readonly number[])[] = [
  [1],
  [1, 2, 5],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  Array.from({ length: 45 }, (_, index) => 1 + index / 5),
]

/** Where the lines of a logarithmic axis lie: at the roundest values of which there are enough in the range. */
export function logarithmicSplits(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least))
  const powers = Array.from(
    { length: Math.ceil(Math.log10(most)) - first + 1 },
    (_, index) => 10 ** (first + index),
  )
  const splits = places.map((steps) =>
    powers
      .flatMap((power) => steps.map((step) => step * power))
      .filter((value) => value >= least && value <= most),
  )
  return splits.find(({ length }) => length >= fewest) ?? splits.at(-1) ?? []
}
