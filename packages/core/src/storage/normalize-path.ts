/** Without `.`, `..` and double slashes, for stores whose paths hang on nothing; a leading slash stays. */
export function normalizePath(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return `${path.startsWith('/') ? '/' : ''}${kept.join('/')}`
}
