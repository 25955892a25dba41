import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun } from './run-command.js'

/** What a run of the example left behind. */
interface Outcome {
  readonly weights: string
  readonly orders: readonly string[]
  readonly learningRates: readonly number[]
  readonly files: readonly string[]
  readonly trainLines: number
  readonly scalars: readonly string[]
  readonly hooks: readonly string[]
}

const example = fileURLToPath(new URL('../../../examples/mnist', import.meta.url))
const probe = fileURLToPath(new URL('../fixtures/probe.mjs', import.meta.url))

let workDirs: string
let copies: string
let complete: Outcome

beforeAll(async () => {
  workDirs = await mkdtemp(join(tmpdir(), 'without-'))
  // Beside the example, so that its imports are found.
  copies = join(example, '.hookloop', `without-${process.pid}`)
  await mkdir(copies, { recursive: true })
  complete = await runWithout(undefined)
}, 120_000)

afterAll(async () => {
  await rm(workDirs, { recursive: true, force: true })
  await rm(copies, { recursive: true, force: true })
})

/** Runs the example with the import of one hook package taken away. */
async function runWithout(packageName: string | undefined): Promise<Outcome> {
  const name = packageName?.split('/').at(-1) ?? 'complete'
  const folder = join(copies, name)
  await cp(join(example, 'dist'), folder, { recursive: true })
  await writeFile(join(folder, 'core.js'), "export * from '@hookloop/core'\n")
  if (packageName !== undefined) {
    const path = join(folder, 'hooks.js')
    const text = await readFile(path, 'utf8')
    const line = `import '${packageName}';\n`
    expect(text).toContain(line)
    await writeFile(path, text.replace(line, ''))
  }
  const { stdout } = await mustRun(process.execPath, [probe, folder, join(workDirs, name)], { cwd: workDirs })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  const outcome: Outcome = JSON.parse(last)
  return outcome
}

/** What must be the same whatever hook is missing, but for the fields named. */
function expectSameBut(outcome: Outcome, changed: readonly (keyof Outcome)[]): void {
  for (const field of ['weights', 'orders', 'learningRates', 'files', 'trainLines', 'scalars'] as const) {
    if (changed.includes(field)) expect(outcome[field], field).not.toEqual(complete[field])
    else expect(outcome[field], field).toEqual(complete[field])
  }
}

describe('the example with one hook package less', () => {
  it('has nine hooks to begin with', () => {
    expect(complete.hooks).toHaveLength(10)
  })

  it.each([
    { without: '@hookloop/hook-runtime-info', hook: 'RuntimeInfoHook', changed: ['scalars'] },
    { without: '@hookloop/hook-iter-timer', hook: 'IterTimerHook', changed: ['scalars'] },
    {
      without: '@hookloop/hook-dist-sampler-seed',
      hook: 'DistSamplerSeedHook',
      changed: ['orders', 'weights'],
    },
    { without: '@hookloop/hook-logger', hook: 'LoggerHook', changed: ['trainLines', 'files'] },
    {
      without: '@hookloop/hook-param-scheduler',
      hook: 'ParamSchedulerHook',
      changed: ['learningRates', 'weights'],
    },
    { without: '@hookloop/hook-checkpoint', hook: 'CheckpointHook', changed: ['files'] },
    { without: '@hookloop/hook-ema', hook: 'EMAHook', changed: [] },
    { without: '@hookloop/hook-sync-buffer', hook: 'SyncBuffersHook', changed: [] },
    { without: '@hookloop/hook-empty-cache', hook: 'EmptyCacheHook', changed: [] },
  ] as const)(
    'without $without only what $hook did is missing',
    async ({ without, hook, changed }) => {
      const outcome = await runWithout(without)
      expect(outcome.hooks).toEqual(complete.hooks.filter((name) => name !== hook))
      expectSameBut(outcome, changed)
    },
    60_000,
  )
})
