import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CreateHookError } from './create-hook-error.js'
import type { Files } from './template.js'

/**
 * Makes sure that nothing lies where the package goes; a fresh git repository may.
 * @throws `HL_CREATE_FOLDER`
 */
export async function checkFree(folder: string): Promise<void> {
  const entries = await entriesOf(folder)
  const inTheWay = entries.filter((name) => name !== '.git')
  if (inTheWay.length === 0) return
  const shown = inTheWay.slice(0, 3).join(', ')
  throw new CreateHookError(
    'HL_CREATE_FOLDER',
    `${folder} is there already, with ${shown}${inTheWay.length > 3 ? ', …' : ''}; nothing was changed. ` +
      'Take another name, or another folder with --dir',
  )
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    const reason = error instanceof Error ? error.message : String(error)
    throw new CreateHookError(
      'HL_CREATE_FOLDER',
      `${folder} cannot be used: ${reason}. Take another folder with --dir`,
    )
  }
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text)
  }
}
