import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runTrial } from './node-run-trial.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trial-'))
})
afterEach(() => rm(folder, { recursive: true }))

const training = { hookloopTrial: 'training', signature: 'a net', batch: '{ x }' } as const

/** Runs a program of this text. */
async function trialOf(
  text: string,
  { goOn = true, execArgv = [] as string[], args = [] as string[], start = 60 } = {},
) {
  const script = join(folder, 'train.mjs')
  await writeFile(script, text)
  const program = { script, args, execArgv, cwd: folder }
  return runTrial(program, { ...process.env, SETTING: '3' }, async () => goOn, { start, measure: 60 })
}

const tell = (message: object) => `process.send(${JSON.stringify(message)});`

it('tells what a program says of its training', async () => {
  const outcome = await trialOf(tell(training) + tell({ hookloopTrial: 'measured', msPerStep: 2.5 }))
  expect(outcome).toEqual({ is: 'measured', msPerStep: 2.5, training })
})

it('starts the program as it was started, in the environment to measure', async () => {
  const seen =
    '[process.env.SETTING, process.env.HOOKLOOP_TRIAL === String(process.ppid), ...process.argv.slice(2), ...process.execArgv, process.cwd()]'
  const outcome = await trialOf(`process.send({ hookloopTrial: 'failed', reason: ${seen}.join() })`, {
    execArgv: ['--no-warnings'],
    args: ['--epochs', '3'],
  })
  expect(outcome).toEqual({ is: 'failed', reason: `3,true,--epochs,3,--no-warnings,${folder}` })
})

it('ends a program whose training is not wanted', async () => {
  expect(await trialOf(`${tell(training)} setInterval(() => {}, 1000)`, { goOn: false })).toEqual({
    is: 'stopped',
    training,
  })
})

it('does not take for its own what the program sends to its parent', async () => {
  const others = "process.send('ready'); process.send({ hookloopTrial: 'done' });"
  expect(await trialOf(others)).toMatchObject({ is: 'failed', reason: expect.stringContaining('ended (0)') })
})

it.each([
  ["throw new TypeError('no such file')", 'the program ended (1) before it trained: TypeError: no such file'],
  ['process.exit(3)', 'the program ended (3) before it trained'],
  ["process.kill(process.pid, 'SIGKILL')", 'the program ended (SIGKILL) before it trained'],
  [tell({ hookloopTrial: 'failed', reason: 'loss is NaN' }), 'loss is NaN'],
])('fails with %s', async (text, reason) => {
  expect(await trialOf(text)).toEqual({ is: 'failed', reason })
})

it('fails where the program does not come to its training', async () => {
  expect(await trialOf('setInterval(() => {}, 1000)', { start: 0.2 })).toEqual({
    is: 'failed',
    reason: 'the program did not come to its training within 0.2 s',
  })
})
