import { readFile } from 'node:fs/promises'
import type { HookNames } from './hook-names.js'

/** Versions by name of package. */
type Versions = Readonly<Record<string, string>>

interface Manifest {
  readonly dependencies: Versions
  readonly peerDependencies: Versions
  readonly devDependencies: Versions
  readonly [field: string]: unknown
}

export interface ManifestFacts {
  readonly names: HookNames
  readonly description: string
  readonly licence: string
  /** Such as `Ada <ada@example.org>`. */
  readonly author: string | undefined
}

/**
 * The `package.json` of a new package.
 * @param template that of the template, whose dependencies have no versions
 */
export async function filledManifest(template: string, facts: ManifestFacts): Promise<string> {
  const manifest: Manifest = JSON.parse(template)
  const pinned = await pinnedVersions()
  const range = manifest.peerDependencies['@hookloop/core'] ?? '*'
  const versionOf = (name: string): string => {
    const version = pinned[name] ?? '*'
    // Of ours the newest that fits; in our own workspace the one that lies there.
    return name.startsWith('@hookloop/') && !version.startsWith('workspace:') ? range : version
  }
  const filled = {
    ...manifest,
    name: facts.names.packageName,
    description: facts.description,
    license: facts.licence,
    author: facts.author,
    hookloop: { hooks: [facts.names.className] },
    dependencies: withVersions(manifest.dependencies, versionOf),
    devDependencies: withVersions(manifest.devDependencies, versionOf),
  }
  return `${JSON.stringify(filled, undefined, 2)}\n`
}

/** The versions that this package is made and tested with: a release writes them into its own `package.json`. */
async function pinnedVersions(): Promise<Versions> {
  const own: Manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  return { ...own.dependencies, ...own.devDependencies }
}

function withVersions(dependencies: Versions, versionOf: (name: string) => string): Versions {
  return Object.fromEntries(Object.keys(dependencies).map((name) => [name, versionOf(name)]))
}
