import { readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { exitCodes } from '../exit-code.js'
import { type Project, projectAt } from '../project/project.js'
import { registeringPackages } from '../project/registering-packages.js'
import { print } from '../terminal/print.js'
import type { CommonArguments } from './common.js'

export interface TypesArguments extends CommonArguments {
  readonly project: string
}

const fileName = 'hookloop-env.d.ts'

/**
 * `hookloop types`: writes a file by which TypeScript and editors know the hooks that the command line imports, so that
 * configs need not import them. @returns the exit code
 */
export async function types({ project: place }: TypesArguments): Promise<number> {
  const project = projectAt(resolve(place))
  const path = join(project.folder, fileName)
  const text = declarations(project)
  const isUpToDate = (await readFile(path, 'utf8').catch(() => undefined)) === text
  if (!isUpToDate) await writeFile(path, text)
  const count = registeringPackages(project).length
  const state = isUpToDate ? 'is up to date' : 'is written'
  print(
    `${relative(process.cwd(), path)} ${state}: it names the ${count} packages of your project that register something`,
  )
  return exitCodes.ok
}

function declarations(project: Project): string {
  const imports = registeringPackages(project).map(({ name }) => `import '${name}'`)
  const head =
    '// Written by `hookloop types`: the packages whose hooks and the like configs may name. Commit it or not, as you like.'
  return `${[head, ...imports, 'export {}'].join('\n')}\n`
}
