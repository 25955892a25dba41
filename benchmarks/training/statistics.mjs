/** Median and quartiles, between values by straight line. @param {readonly number[]} values */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part) => {
    const place = part * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return low + (high - low) * (place - Math.floor(place))
  }
  return { median: at(0.5), spread: [at(0.25), at(0.75)] }
}
