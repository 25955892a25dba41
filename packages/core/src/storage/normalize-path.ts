/** As Node's `path.posix.normalize`, for stores whose paths hang on one root: without `.`, double slashes, and `..` within. */
export function normalizePath(path: string): string {
  const isRooted = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..' || (!isRooted && (kept.at(-1) ?? '..') === '..')) kept.push(part)
    else kept.pop()
  }
  const names = kept.join('/') || (isRooted ? '' : '.')
  const end = names !== '' && path.endsWith('/') ? '/' : ''
  return `${isRooted ? '/' : ''}${names}${end}`
}
