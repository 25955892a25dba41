import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

/** Everything that users read: the README, those of packages and examples, and the guides. */
export function documents(): string[] {
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  return [
    'README.md',
    ...['packages', 'examples'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => join(folder, name, 'README.md')),
    ),
    ...guides.map((name) => join('docs', name)),
  ]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
}
