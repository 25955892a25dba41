import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ArrayDataset, Hook, Metric, type Metrics, Runner } from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-runtime-info'
import { findPythonEnvironment, type PythonEnvironment } from '@hookloop-tests/python-environment'
import { Line } from '@hookloop-tests/support'
import { type Accumulated, TensorboardPeer } from '@hookloop-tests/tensorboard-peer'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type TestContext,
  vi,
} from 'vitest'
import '../src/index.js'
import { FullDisk } from './full-disk.js'
import { png } from './png.js'

let environment: PythonEnvironment = { reason: 'not looked for' }
let folder = ''

beforeAll(async () => {
  environment = await findPythonEnvironment()
  if ('reason' in environment) console.warn(`Skipped: ${environment.reason}`)
  folder = await mkdtemp(join(tmpdir(), 'hookloop-vis-tensorboard-'))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

// The log folder of a run is named after the second in which it began.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1.7e12 })
})
afterEach(() => {
  vi.useRealTimers()
})

function requirePeer({ skip }: TestContext): TensorboardPeer {
  if ('reason' in environment) return skip(environment.reason)
  return new TensorboardPeer(environment.python)
}

class PictureHook extends Hook {
  override afterValEpoch({ visualizer, epoch }: Runner): void {
    visualizer.addImage('val/sample', png, epoch)
  }
}

/** Numbers, and what TensorBoard has no curve for. */
class Mixed extends Metric<number> {
  process(): void {
    this.results.push(1)
  }

  computeMetrics(results: readonly number[]): Metrics {
    return { seen: results.length, third: 1 / 3, missing: Number.NaN, perClass: [0.5, 0.25], best: 'cat' }
  }
}

const values = Float32Array.from({ length: 8 }, (_, index) => index / 8)
const dataset = new ArrayDataset({
  x: { values, shape: [1] },
  y: { values: values.map((value) => value / 2), shape: [1] },
})

/** Trains with validations, pictures and checkpoints, each run a minute after the one before. */
async function train(options: object): Promise<Runner> {
  vi.setSystemTime(Date.now() + 60_000)
  const runner = Runner.fromConfig({
    model: new Line(),
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 2 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    valDataloader: { dataset, batchSize: 4 },
    valEvaluator: new Mixed(),
    customHooks: [new PictureHook()],
    defaultHooks: { logger: { interval: 1, summary: false } },
    visualizer: {
      type: 'Visualizer',
      visBackends: [{ type: 'LocalVisBackend' }, { type: 'TensorboardVisBackend' }],
    },
    randomness: { seed: 1 },
    ...options,
  })
  try {
    await runner.train()
    return runner
  } finally {
    runner.dispose()
  }
}

/** Tells the peer that a run ends here. */
async function end({ visualizer, iter }: Runner): Promise<void> {
  visualizer.addScalar('end', 1, iter)
  await visualizer.flush()
}

type Point = readonly [tag: string, step: number, value: number]

/** The points of every row of scalars.json, with the precision of TensorBoard. */
function pointsOfRows(text: string): Point[] {
  const rows: Record<string, unknown>[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return rows.flatMap(({ step, ...row }) =>
    Object.entries(row).flatMap(([tag, value]) => {
      // JSON has no NaN.
      const number = value === null ? Number.NaN : value
      return typeof number === 'number' ? [[tag, Number(step), Math.fround(number)] as const] : []
    }),
  )
}

async function rowPoints({ logDir }: Runner): Promise<Point[]> {
  return pointsOfRows(await readFile(join(logDir, 'vis_data', 'scalars.json'), 'utf8'))
}

function points(scalars: Accumulated['scalars']): Point[] {
  return Object.entries(scalars).flatMap(([tag, items]) =>
    items.map(([, step, value]) => [tag, step, Number(value)] as const),
  )
}

function sorted(list: readonly Point[]): Point[] {
  const key = ([tag, step, value]: Point) => `${tag} ${String(step).padStart(9)} ${value}`
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

describe('EventAccumulator', () => {
  it('finds every number of every row, and nothing more, in a run and in the one that resumed it', async (context) => {
    const python = requirePeer(context)
    const workDir = join(folder, 'both-ways')
    const runs = [
      await train({ workDir, trainCfg: { maxEpochs: 3 } }),
      await train({ workDir, trainCfg: { maxEpochs: 5 }, resume: true }),
    ]
    for (const [index, runner] of runs.entries()) {
      const epochs = [
        [1, 2, 3],
        [4, 5],
      ][index]
      const found = await python.accumulate(join(runner.logDir, 'vis_data'))
      const rows = await rowPoints(runner)
      // Six of each iteration: lr, loss, time, data_time, epoch, iter; five of each validation.
      expect(rows).toHaveLength((epochs?.length ?? 0) * (4 * 6 + 5))
      expect(sorted(points(found.scalars))).toEqual(sorted(rows))
      expect(found.fileVersion).toBe(2)
      expect(Object.keys(found.images)).toEqual(['val/sample'])
      expect(found.images['val/sample']?.map(([, step]) => step)).toEqual(epochs)
      expect(
        found.images['val/sample']?.every(([, , , , hex]) =>
          Buffer.from(png).equals(Buffer.from(hex, 'hex')),
        ),
      ).toBe(true)
      expect(found.texts.config?.[0]?.[2]).toContain('        "maxEpochs": ')
    }
  })

  it('finds one curve where runs share a folder, without what an earlier one wrote beyond the checkpoint', async (context) => {
    const python = requirePeer(context)
    const workDir = join(folder, 'one-curve')
    const saveDir = join(folder, 'one-curve-events', 'baseline')
    const visualizer = {
      type: 'Visualizer',
      visBackends: [{ type: 'LocalVisBackend' }, { type: 'TensorboardVisBackend', saveDir }],
    }
    const checkpoint = { interval: 1 }
    const defaultHooks = { logger: { interval: 1, summary: false }, checkpoint }
    const first = await train({ workDir, trainCfg: { maxEpochs: 3 }, visualizer, defaultHooks })
    const loadFrom = join(workDir, 'epoch_1.safetensors')
    const resumed = { workDir, trainCfg: { maxEpochs: 2 }, visualizer, defaultHooks, resume: true, loadFrom }
    const second = await train({
      ...resumed,
      optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.5 } },
    })
    await end(second)

    expect(await readdir(saveDir)).toHaveLength(2)
    const loss = (list: Point[], from: number, to: number) =>
      list.filter(([tag, step]) => tag === 'loss' && step >= from && step <= to)
    const expected = [...loss(await rowPoints(first), 1, 4), ...loss(await rowPoints(second), 5, 8)]
    expect(expected).toHaveLength(8)
    const { scalars } = await python.accumulate(saveDir)
    expect(loss(points(scalars), 0, 99)).toEqual(expected)
    const page = await python.page(dirname(saveDir))
    expect(loss(points(page.scalars.baseline ?? {}), 0, 99)).toEqual(expected)
  })
})

describe('TensorBoard’s page', () => {
  it('shows each start of a run as a run, with all rows where names tell training from validation', async (context) => {
    const python = requirePeer(context)
    const workDir = join(folder, 'page')
    const logProcessor = { logWithHierarchy: true }
    const runs = [
      await train({ workDir, trainCfg: { maxEpochs: 2 }, logProcessor }),
      await train({ workDir, trainCfg: { maxEpochs: 3 }, logProcessor, resume: true }),
    ]
    for (const runner of runs) await end(runner)

    const shown = await python.page(workDir)

    const names = runs.map(({ timestamp }) => `${timestamp}/vis_data`)
    expect(Object.keys(shown.scalars)).toEqual(names)
    for (const [index, runner] of runs.entries()) {
      const name = names[index] ?? ''
      expect(sorted(points(shown.scalars[name] ?? {}))).toEqual(sorted(await rowPoints(runner)))
      expect(Object.keys(shown.images[name] ?? {})).toEqual(['val/sample'])
      expect(shown.text[name]?.config?.[0]?.text).toMatch(/^<pre><code>\{\n {2}"model": "&lt;Line&gt;",\n/)
      expect(shown.hparams[name]).toMatchObject({
        'trainCfg.maxEpochs': 2 + index,
        'optimWrapper.optimizer.lr': 0.1,
      })
    }
  })
})

describe('a full disk', () => {
  it('is told in the log, does not end the run, and costs only what was written at that moment', async (context) => {
    const python = requirePeer(context)
    const storage = new FullDisk((path) => path.includes('tfevents'), [2])
    const runner = await train({ storage, workDir: '/w', trainCfg: { maxEpochs: 3 } })
    await end(runner)

    expect(runner.iter).toBe(12)
    const log = new TextDecoder().decode(await storage.read(`${runner.logDir}/${runner.timestamp}.log`))
    expect(log.match(/ERROR - .*tfevents.* no space is left/g)).toHaveLength(1)
    const saved = join(folder, 'full-disk')
    await mkdir(join(saved, 'run'), { recursive: true })
    for (const [path, bytes] of storage.files) {
      if (path.includes('tfevents')) await writeFile(join(saved, 'run', path.split('/').at(-1) ?? ''), bytes)
    }
    const text = new TextDecoder().decode(await storage.read(`${runner.logDir}/vis_data/scalars.json`))
    const rows = sorted(pointsOfRows(text))
    const found = sorted(points((await python.accumulate(join(saved, 'run'))).scalars))
    const losses = (all: typeof rows) => all.filter(([tag]) => tag === 'loss')
    expect(losses(rows)).toHaveLength(12)
    // Which step is written by the second write depends on how fast the file is.
    const kept = new Set(losses(found).map(([, step]) => step))
    const lost = losses(rows).filter(([, step]) => !kept.has(step))
    expect(lost).toHaveLength(1)
    expect(losses(found)).toEqual(losses(rows).filter((row) => !lost.includes(row)))
  })
})
