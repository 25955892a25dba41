import { readdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DemoProject } from './demo-project.js'
import { runHookloop } from './run-hookloop.js'

const configs = {
  'config.ts': `
import { defineConfig } from 'hookloop'
export default defineConfig({ extends: './base', trainCfg: { maxEpochs: 3 }, defaultHooks: { logger: { interval: 2 }, timer: null } })`,
  'deep.json':
    '{ "extends": ["./base.ts", "./changes.mjs"], "optimWrapper": { "optimizer": { "lr": 0.1 } }, "testEvaluator": null, "testDataloader": null }',
  'changes.mjs': `export default async () => ({
  optimWrapper: { optimizer: { _delete_: true, type: 'Adam', lr: 1 } }, valDataloader: undefined, valEvaluator: undefined })`,
  'long.ts': `export default { extends: './config.ts', trainCfg: { maxEpochs: 100000 }, defaultHooks: { checkpoint: { interval: 1000 } } }`,
  'circle-a.ts': `export default { extends: './circle-b.ts' }`,
  'circle-b.ts': `export default { extends: ['./base.ts', './circle-a.ts'] }`,
  'throws.ts': `
function digits(): never {
  throw new TypeError('no such digit')
}
export default () => digits()`,
  'fails.ts': `
import { Hook } from '@hookloop/core'
class Failing extends Hook {
  override afterTrainIter(): void {
    throw new Error('out of order')
  }
}
export default { extends: './base.ts', customHooks: [new Failing()] }`,
}

describe('hookloop', () => {
  let project: DemoProject
  const hookloop = (...args: string[]) => runHookloop(project.folder, args)
  beforeAll(async () => {
    project = await DemoProject.make({ files: configs })
  })
  afterAll(() => project.remove())

  it('trains a TypeScript config, goes on, tests, and looks at what it left', async () => {
    const trained = await hookloop('train', 'config.ts', '--verbose')
    expect(trained.stderr).toContain('imported @hookloop/hook-logger 0.1.0')
    expect(trained.stdout).toMatch(/Epoch\(train\) \[3\]\[6\/6\]/)
    expect(trained.stdout).not.toContain('IterTimerHook')
    expect(trained.code).toBe(0)

    const options = ['--resume', '--json', '--cfg-options', 'trainCfg.maxEpochs=4']
    const resumed = await hookloop('train', 'config.ts', ...options)
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      ...{ outcome: 'ended', epoch: 4, iter: 24 },
      lastCheckpoint: project.path('work_dirs/config/epoch_4.safetensors'),
      workDir: project.path('work_dirs/config'),
    })

    const tested = await hookloop('test', 'config.ts', 'work_dirs/config/epoch_4.safetensors', '--json')
    expect(JSON.parse(tested.stdout)).toMatchObject({ outcome: 'ended', metrics: { 'accuracy/top1': 1 } })

    const shown = await hookloop('ckpt', 'show', 'work_dirs/config/epoch_4.safetensors')
    expect(shown.stdout).toMatch(/position +epoch 4, iter 24/)
    expect(shown.stdout).toMatch(/packages +@hookloop\/core 0\.1\.0\n/)
    expect(shown.stdout).toMatch(/state_dict\.weight +F32 +\[2, 3\] +24 B/)

    const [three, four] = ['work_dirs/config/epoch_3.safetensors', 'work_dirs/config/epoch_4.safetensors']
    const different = await hookloop('ckpt', 'diff', three, four)
    expect(different.stdout).toMatch(/meta\.epoch +3 → 4/)
    expect(different.stdout).toMatch(/state_dict\.weight +6 of 6 differ +by up to/)
    expect(different.code).toBe(1)
    expect(await hookloop('ckpt', 'diff', four, four, '--json')).toMatchObject({ code: 0 })

    const bytes = await readFile(project.path(four))
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    await writeFile(project.path('damaged.safetensors'), bytes)
    const verified = await hookloop('ckpt', 'verify', four, 'damaged.safetensors', '--json')
    expect(verified.code).toBe(1)
    expect(JSON.parse(verified.stdout)).toMatchObject([
      { isWhole: true, hasChecksum: true },
      { isWhole: false },
    ])
  })

  it('keeps a run that Ctrl-C interrupts, says how to go on, and goes on', async () => {
    const args = ['train', 'long.ts', '--work-dir', 'runs of today/x']
    const interrupted = await runHookloop(project.folder, args, {
      interrupt: { at: /Epoch\(train\) +\[ *2\]/, by: 'SIGINT' },
    })
    expect(interrupted.code).toBe(130)
    expect(interrupted.stderr).toMatch(
      /interrupted at epoch \d+, iteration \d+; last checkpoint: .*interrupted_iter_\d+\.safetensors/,
    )
    const command = "go on with: hookloop train long.ts --resume --work-dir 'runs of today/x'\n"
    expect(interrupted.stderr).toContain(command)
    const resumed = await runHookloop(project.folder, [...args, '--resume'], {
      interrupt: { at: /resumed from/, by: 'SIGTERM' },
    })
    expect(resumed.code).toBe(143)
  })

  it('looks at all code with a few batches, and writes nothing', async () => {
    const { code, stdout } = await hookloop(
      ...['train', 'config.ts', '--work-dir', 'dry', '--fast-dev-run', '2', '--cfg-options'],
      ...['trainCfg.valInterval=1ep', 'trainCfg.maxTime=2h'],
    )
    expect(stdout).toMatch(/fast dev run: at most 2 batches/)
    expect(stdout).toContain('accuracy/top1')
    expect(code).toBe(0)
    expect(await readdir(project.folder)).not.toContain('dry')
  })

  it('composes configs, with defaults, as JSON and as text', async () => {
    const printed = await hookloop(
      'print-config',
      'deep.json',
      '--json',
      '--cfg-options',
      'trainCfg.maxEpochs=9',
    )
    const config = JSON.parse(printed.stdout)
    expect(config).toMatchObject({
      model: '<function model>',
      workDir: 'work_dirs/deep',
      trainDataloader: {
        dataset: '<ArrayDataset>',
        batchSize: 10,
        sampler: { type: 'DefaultSampler', shuffle: true },
      },
      trainCfg: { maxEpochs: 9, valInterval: 1 },
      defaultHooks: {
        logger: { type: 'LoggerHook' },
        checkpoint: { type: 'CheckpointHook', interval: 1 },
        paramScheduler: null,
      },
    })
    expect(config.optimWrapper.optimizer).toMatchObject({ type: 'Adam', lr: 0.1, betas: [0.9, 0.999] })
    for (const name of ['valDataloader', 'valEvaluator', 'testDataloader', 'testEvaluator', 'extends'])
      expect(config).not.toHaveProperty(name)
    const text = await hookloop('print-config', 'config.ts')
    expect(text.stdout).toContain('timer: null')
    expect(text.stdout).not.toContain('\u001b')
  })

  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['trian', 'config.ts'], /unknown command 'trian'\n\(Did you mean train\?\)/],
    [
      'an unknown option',
      ['train', 'config.ts', '--resum'],
      /unknown option '--resum'\n\(Did you mean --resume\?\)/,
    ],
    [
      'a missing config',
      ['train', 'confg.ts'],
      /confg\.ts\. Did you mean 'config\.ts'\?.*HL_CLI_CONFIG_MISSING/,
    ],
    [
      'a circle',
      ['train', 'circle-a.ts'],
      /circle-a\.ts → \S*circle-b\.ts → \S*circle-a\.ts.*HL_CLI_EXTENDS/,
    ],
    [
      'a config that throws',
      ['train', 'throws.ts'],
      /no such digit \(HL_CLI_CONFIG_LOAD\)\n {2}at throws\.ts:3:\d+/,
    ],
    [
      'mistakes, all at once',
      ['train', 'config.ts', '--cfg-options', 'trainCfg.maxEpoch=3', 'optimWrapper.optimizer.lrr=1'],
      /2 mistakes \(HL_CONFIG\):\n.*'maxEpochs'.*\n.*Did you mean 'lr'/,
    ],
    ['mixed precision', ['train', 'config.ts', '--amp', 'fp16'], /HL_CLI_AMP/],
    [
      'a missing checkpoint',
      ['test', 'config.ts', 'none.safetensors'],
      /there is no checkpoint .*HL_CLI_CHECKPOINT/,
    ],
  ])('refuses %s with exit code 2 and no stack', async (_name, args, message) => {
    const { code, stdout, stderr } = await hookloop(...args)
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toMatch(/\.js:\d+/)
  })

  it('ends with 1 where a run fails, and tells where in the user’s files', async () => {
    const { code, stdout, stderr } = await hookloop('train', 'fails.ts', '--json')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /Failing failed in afterTrainIter at epoch 0, iteration 0: out of order \(HL_HOOK_FAILED\)\n {2}at fails\.ts:5/,
    )
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed', error: { code: 'HL_HOOK_FAILED' } })
  })

  it('lists hooks, and imports none where it is told not to', async () => {
    const listed = JSON.parse((await hookloop('hooks', '--json')).stdout)
    expect(listed.hooks.map(({ type }: { type: string }) => type)).toEqual([
      ...['CheckpointHook', 'IterTimerHook', 'LoggerHook', 'RuntimeInfoHook'],
    ])
    expect(listed.hooks[0]).toMatchObject({
      ...{
        package: '@hookloop/hook-checkpoint',
        version: '0.1.0',
        hookApi: 1,
        priority: 'VERY_LOW',
        slot: 'checkpoint',
      },
      points: ['beforeTrain', 'afterTrainEpoch', 'afterVal', 'afterTrain', 'onException'],
    })
    expect(listed.available).toContainEqual({
      ...{
        type: 'EMAHook',
        kind: 'hook',
        package: '@hookloop/hook-ema',
        install: 'npm install @hookloop/hook-ema',
      },
    })
    const bare = await hookloop('train', 'config.ts', '--no-auto-import')
    expect(bare.stderr).toMatch(/no optimizer wrapper is registered as 'OptimWrapper'/)
    expect(bare.code).toBe(2)
  })

  it('lets editors know the hooks that it imports', async () => {
    const written = await hookloop('types')
    expect(written.stdout).toMatch(/^hookloop-env\.d\.ts is written: it names the 5 packages/)
    const text = await readFile(project.path('hookloop-env.d.ts'), 'utf8')
    expect(text).toContain("import '@hookloop/optim'\nimport '@hookloop/hook-checkpoint'\n")
    expect((await hookloop('types')).stdout).toContain('is up to date')
  })

  it('finds an install in order, and tells how to reproduce a checkpoint', async () => {
    const { code, stdout } = await hookloop('doctor', '--json')
    const findings: { topic: string; status: string; text: string }[] = JSON.parse(stdout)
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([])
    expect(code).toBe(0)
    expect(findings.find(({ topic }) => topic === 'hooks')?.text).toContain('CheckpointHook, IterTimerHook')
    expect(findings.filter(({ topic }) => topic === 'engine').at(-1)?.text).toMatch(/^a Runner takes /)
  })

  it('says so where there is no core', async () => {
    const bare = await DemoProject.make({ packages: [], files: configs })
    try {
      const { code, stderr } = await runHookloop(bare.folder, ['train', 'config.ts'])
      expect(stderr).toMatch(
        /no @hookloop\/core is installed in .*npm install @hookloop\/core \(HL_CLI_NO_CORE\)/,
      )
      expect(code).toBe(2)
      const doctor = await runHookloop(bare.folder, ['doctor'])
      expect(doctor.stdout).toMatch(/problem +core +no @hookloop\/core is installed/)
      expect(doctor.code).toBe(1)
    } finally {
      await bare.remove()
    }
  })
})
