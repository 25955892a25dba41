/** The places in which two JSON values differ, with both values. */
export function jsonDifferences(golden: unknown, found: unknown, tolerance: number, path = ''): string[] {
  if (typeof golden === 'number' && typeof found === 'number') {
    const scale = Math.max(1, Math.abs(golden), Math.abs(found))
    return Math.abs(golden - found) <= tolerance * scale ? [] : [differing(path, golden, found)]
  }
  if (!isContainer(golden) || !isContainer(found) || Array.isArray(golden) !== Array.isArray(found))
    return golden === found ? [] : [differing(path, golden, found)]
  const keys = new Set([...Object.keys(golden), ...Object.keys(found)])
  return [...keys].flatMap((key) =>
    jsonDifferences(
      Reflect.get(golden, key),
      Reflect.get(found, key),
      tolerance,
      Array.isArray(golden) ? `${path}[${key}]` : `${path}${path === '' ? '' : '.'}${key}`,
    ),
  )
}

function differing(path: string, golden: unknown, found: unknown): string {
  return `${path === '' ? 'the value' : path} is ${shown(found)}, the file has ${shown(golden)}`
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
