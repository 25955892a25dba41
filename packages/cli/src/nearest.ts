import leven from 'leven'

/** `. Did you mean 'x'?` where a name is near, otherwise empty. The command line knows names before it knows a core. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  const [nearest] = [...names]
    .map((name) => ({ name, distance: leven(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return nearest === undefined ? '' : `. Did you mean '${nearest.name}'?`
}
