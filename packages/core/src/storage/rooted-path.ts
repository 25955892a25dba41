import { normalizePath } from './normalize-path.js'

/** Joins parts of a path as Node's `path.posix.join` does, for stores whose paths hang on one root. */
export function joinPath(...parts: string[]): string {
  return normalizePath(parts.filter((part) => part !== '').join('/'))
}

/** From the root, without `.`, `..`, double slashes, and a slash at the end; the root itself is `/`. */
export function rootedPath(path: string): string {
  const rooted = normalizePath(`/${path}`)
  return rooted.length > 1 && rooted.endsWith('/') ? rooted.slice(0, -1) : rooted
}
