import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { GitState, Surroundings } from './platform.js'

const run = promisify(execFile)

/** Milliseconds; a status of a tree so large that it takes longer is not worth waiting for. */
const longestWait = 3000

let known: { readonly folder: string; readonly git: Promise<GitState | undefined> } | undefined

export async function surroundings(): Promise<Surroundings> {
  const folder = process.cwd()
  // Asked once: the code that runs was loaded when the program began, whatever was committed since.
  if (known?.folder !== folder) known = { folder, git: gitState(folder) }
  const git = await known.git
  const { version, platform, arch } = process
  return {
    system: `Node ${version}, ${platform} ${arch}, ${availableParallelism()} processors`,
    ...(git === undefined ? {} : { git }),
  }
}

/** Undefined without git, outside of a repository, before the first commit, and where git takes too long. */
export async function gitState(folder: string): Promise<GitState | undefined> {
  try {
    const [commit, branch, changes] = await Promise.all([
      git(folder, 'rev-parse', 'HEAD'),
      git(folder, 'rev-parse', '--abbrev-ref', 'HEAD'),
      git(folder, 'status', '--porcelain', '--untracked-files=no'),
    ])
    return { commit, isDirty: changes !== '', ...(branch === 'HEAD' ? {} : { branch }) }
  } catch {
    return undefined
  }
}

async function git(folder: string, ...command: readonly string[]): Promise<string> {
  // Looking must not take the lock that a commit in another window waits for.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' }
  const { stdout } = await run('git', [...command], { cwd: folder, env, timeout: longestWait })
  return stdout.trim()
}
