import { readdir, readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HookNames } from './hook-names.js'

const folder = fileURLToPath(new URL('../template', import.meta.url))

/** Files that npm, git or the linters of this repository would take for theirs. */
const realNames: Readonly<Record<string, string>> = {
  '_biome.json': 'biome.json',
  _gitignore: '.gitignore',
  '_package.json': 'package.json',
}

/** Texts by path, relative to the new package. */
export type Files = Map<string, string>

/** The files of the template with the names of the new hook in the marked places; `package.json` is left as it is. */
export async function filledTemplate(names: HookNames, description: string): Promise<Files> {
  const files: Files = new Map()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = `${entry.parentPath}${sep}${entry.name}`
    const inTemplate = relative(folder, path).split(sep).join('/')
    const place = realNames[inTemplate] ?? inTemplate
    const text = await readFile(path, 'utf8')
    files.set(place, place === 'package.json' ? text : filled(text, names, description))
  }
  return files
}

function filled(text: string, { className, packageName }: HookNames, description: string): string {
  return text
    .replaceAll('TemplateHook', className)
    .replaceAll('templateHook', `${className.charAt(0).toLowerCase()}${className.slice(1)}`)
    .replaceAll('hookloop-template', packageName)
    .replaceAll('{{description}}', () => description)
}
