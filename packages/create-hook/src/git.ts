import { runCommand } from './run-command.js'

/** Makes a repository of `folder`, unless it lies in one already or there is no git. */
export async function initRepository(folder: string): Promise<boolean> {
  const inside = await runCommand('git', ['rev-parse', '--is-inside-work-tree'], folder)
  if (inside.code === undefined || inside.code === 0) return false
  return (await runCommand('git', ['init', '--initial-branch=main'], folder)).code === 0
}

/** `Name <mail>` as git knows the user here. */
export async function gitAuthor(
  cwd: string,
): Promise<{ name: string; mail: string | undefined } | undefined> {
  const name = await setting('user.name', cwd)
  return name === undefined ? undefined : { name, mail: await setting('user.email', cwd) }
}

async function setting(key: string, cwd: string): Promise<string | undefined> {
  const { code, output } = await runCommand('git', ['config', '--get', key], cwd)
  return code === 0 ? output.trim() || undefined : undefined
}
