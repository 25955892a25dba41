import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeBinary, otherNodes } from './other-node.js'
import { runCommand } from './run-command.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Trains one epoch and gives the accuracy that the example prints, in percent. */
async function trainOn(binary: string): Promise<number> {
  const workDir = await mkdtemp(join(tmpdir(), 'digits-'))
  try {
    const main = join(root, 'examples', 'mnist', 'dist', 'main.js')
    const args = [main, '--epochs', '1', '--work-dir', workDir]
    const { code, stdout, stderr } = await runCommand(binary, args, { cwd: root })
    expect(stderr).not.toContain('Error')
    expect(code).toBe(0)
    expect(stdout).toContain('engine: tfjs-node')
    return Number(/test accuracy\s+([\d.]+) %/.exec(stdout)?.[1])
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

describe('the example on other versions of Node', () => {
  let accuracy: number
  beforeAll(async () => {
    accuracy = await trainOn(process.execPath)
    expect(accuracy).toBeGreaterThan(50)
  }, 300_000)

  it.each(otherNodes)(
    'trains on Node %s to what it reaches here',
    async (version) => {
      expect(await trainOn(await nodeBinary(version))).toBe(accuracy)
    },
    300_000,
  )
})
