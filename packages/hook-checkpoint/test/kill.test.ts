import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { checkpointsIn, noteIn, withFolder } from './temporary-folder.js'

const script = fileURLToPath(new URL('./fixtures/train.mjs', import.meta.url))

/** Trains in a process of its own, which is killed as soon as it has reported so many iterations. */
function train(workDir: string, killAfter = Number.POSITIVE_INFINITY) {
  return new Promise<{ code: number | null; lines: string[] }>((resolve, reject) => {
    const child = spawn(process.execPath, [script, workDir], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stderr.on('data', (text) => {
      errors += text
    })
    child.stdout.on('data', (text) => {
      output += text
      if (output.split('\n').length > killAfter) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0 && code !== null) reject(new Error(errors))
      else resolve({ code, lines: output.trim().split('\n') })
    })
  })
}

it('a run that is killed again and again ends like one that never was', async () => {
  const whole = await withFolder(async (workDir) => ({
    last: (await train(workDir)).lines.at(-1),
    files: await checkpointsIn(workDir),
  }))
  await withFolder(async (workDir) => {
    // Two reports at least: the second one comes after the first checkpoint.
    for (const killAfter of [2, 6, 3, 9]) {
      expect((await train(workDir, killAfter)).code, 'killed by a signal').toBeNull()
      expect(await checkpointsIn(workDir)).toContain(await noteIn(workDir))
    }
    const { lines } = await train(workDir)
    expect(lines[0], 'goes on in the middle').not.toBe('iteration 0')
    expect(lines.at(-1)).toBe(whole.last)
    const files = (await checkpointsIn(workDir)).filter((name) => !name.endsWith('.tmp'))
    expect(files).toEqual(whole.files)
  })
}, 120_000)
