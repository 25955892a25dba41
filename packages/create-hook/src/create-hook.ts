import { relative, resolve } from 'node:path'
import type { Request } from './arguments.js'
import { CreateHookError } from './create-hook-error.js'
import { gitAuthor, initRepository } from './git.js'
import { type HookNames, hookNames } from './hook-names.js'
import { licenceText } from './licence.js'
import { filledManifest } from './manifest.js'
import { type PackageManager, packageManager, pnpmWorkspace } from './package-manager.js'
import { runCommand } from './run-command.js'
import { checkFree, writeFiles } from './target-folder.js'
import { type Files, filledTemplate } from './template.js'

/** Where a hook is made, and who tells about it. */
export interface Surroundings {
  readonly cwd: string
  /** npm's `npm_config_user_agent`. */
  readonly userAgent: string | undefined
  /** Told what takes long, before it begins. */
  readonly onProgress: (line: string) => void
}

/** What was made. */
export interface CreatedHook extends HookNames {
  /** Absolute. */
  readonly directory: string
  readonly isInstalled: boolean
}

/**
 * Makes a hook package. Everything is checked before anything is written.
 * @throws `HL_CREATE_NAME`, `HL_CREATE_FOLDER`; `HL_CREATE_INSTALL` when only the install failed, and the files are there
 */
export async function createHook(request: Request, surroundings: Surroundings): Promise<CreatedHook> {
  const names = hookNames(request.name, request.scope)
  const directory = resolve(surroundings.cwd, request.dir ?? names.folder)
  await checkFree(directory)
  const manager = packageManager(surroundings.userAgent)
  await writeFiles(directory, await filesOf(names, request, manager, surroundings.cwd))
  if (request.git) await initRepository(directory)
  if (request.install) await install(directory, manager, surroundings)
  return { ...names, directory, isInstalled: request.install }
}

async function filesOf(
  names: HookNames,
  { description, licence }: Request,
  manager: PackageManager,
  cwd: string,
): Promise<Files> {
  const author = await gitAuthor(cwd)
  const sentence = description ?? 'Logs the lowest loss that was seen so far.'
  const files = await filledTemplate(names, sentence)
  const manifest = await filledManifest(files.get('package.json') ?? '', {
    names,
    description: sentence,
    licence,
    author: author?.mail === undefined ? author?.name : `${author.name} <${author.mail}>`,
  })
  files.set('package.json', manifest)
  const holder = author?.name ?? `the authors of ${names.packageName}`
  files.set('LICENSE', await licenceText(licence, holder, new Date().getFullYear()))
  if (manager.name === 'pnpm') files.set('pnpm-workspace.yaml', pnpmWorkspace)
  const workflow = '.github/workflows/ci.yml'
  files.set(workflow, (files.get(workflow) ?? '').replace('npm ci', manager.cleanInstall))
  return files
}

async function install(
  directory: string,
  { name }: PackageManager,
  { cwd, onProgress }: Surroundings,
): Promise<void> {
  onProgress(`installing what it needs with ${name} …`)
  const { code, output } = await runCommand(name, ['install'], directory)
  if (code === 0) return
  const place = relative(cwd, directory) || '.'
  throw new CreateHookError(
    'HL_CREATE_INSTALL',
    `the files are in ${directory}, but ${name} install failed:\n${reasonIn(output)}\nWhen that is mended: ` +
      `cd ${place} && ${name} install`,
  )
}

/** npm says first what it is, and much afterwards; what says nothing so plainly ends with it. */
function reasonIn(output: string): string {
  const lines = output.trim().split('\n')
  const errors = lines.filter((line) => /^npm (error|ERR!) \S/.test(line))
  return (errors.length > 0 ? errors.slice(0, 5) : lines.slice(-5)).join('\n')
}
