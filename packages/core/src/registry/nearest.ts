import leven from 'leven'

/** Names close enough to `wanted` to be what was meant, best first, at most three. */
export function nearestNames(wanted: string, names: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  return [...names]
    .map((name) => ({ name, distance: leven(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** `Did you mean 'x'?` where something is near, otherwise empty. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const near = nearestNames(wanted, names)
  return near.length === 0 ? '' : `Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?`
}
