import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeBinary, otherNodes } from './other-node.js'
import { runCommand } from './run-command.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
interface Trained {
  /** In percent. */
  readonly accuracy: number
  readonly engine: string | undefined
}

/** Trains one epoch and gives what the example prints. */
async function trainOn(binary: string): Promise<Trained> {
  const workDir = await mkdtemp(join(tmpdir(), 'digits-'))
  try {
    const main = join(root, 'examples', 'mnist', 'dist', 'main.js')
    const args = [main, '--epochs', '1', '--work-dir', workDir]
    const { code, stdout, stderr } = await runCommand(binary, args, { cwd: root })
    expect(stderr).not.toContain('Error')
    expect(code).toBe(0)
    const accuracy = Number(/test accuracy\s+([\d.]+) %/.exec(stdout)?.[1])
    return { accuracy, engine: /engine: ([\w-]+)/.exec(stdout)?.[1] }
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

describe('the example on other versions of Node', () => {
  let here: Trained
  beforeAll(async () => {
    here = await trainOn(process.execPath)
    expect(here.accuracy).toBeGreaterThan(50)
    expect(['tfjs-node', 'wasm']).toContain(here.engine)
  }, 300_000)

  it.each(otherNodes)(
    'trains on Node %s to what it reaches here',
    async (version) => {
      expect(await trainOn(await nodeBinary(version))).toEqual(here)
    },
    300_000,
  )
})
