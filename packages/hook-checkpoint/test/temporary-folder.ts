import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Calls `action` with a new folder, which is gone afterwards. */
export async function withFolder<Result>(action: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'))
  try {
    return await action(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Names of the checkpoints in a folder, sorted; also of files that a broken write would leave. */
export async function checkpointsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => /safetensors|tmp/.test(name)).sort()
}

export function noteIn(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'last_checkpoint'), 'utf8').catch(() => undefined)
}
