import { Hook, hasCode, MemoryStorage, type Runner, type RunnerOptions, type TrainCfg } from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import type { CheckpointHookOptions } from '../src/index.js'
import { batches, free, makeRunner, stateOf } from './support.js'

/** Each iteration takes seven seconds. */
class Clock extends Hook {
  override readonly priority = 'HIGHEST'
  seconds = 0
  readonly now = () => this.seconds

  override beforeTrainIter(): void {
    this.seconds += 7
  }
}

class Interrupter extends Hook {
  constructor(private readonly iter: number) {
    super()
  }

  override afterTrainIter(runner: Runner): void {
    if (runner.iter + 1 === this.iter) runner.interrupt('a test')
  }
}

/** After which iterations there were validations. */
class Validations extends Hook {
  readonly seen: number[] = []
  override beforeVal(runner: Runner): void {
    this.seen.push(runner.iter)
  }
}

interface Setting {
  readonly trainCfg: TrainCfg
  readonly checkpoint: CheckpointHookOptions
}

/** One part of a training. @returns what it leaves */
async function part(
  { trainCfg, checkpoint }: Setting,
  storage: MemoryStorage,
  options: Partial<RunnerOptions> = {},
) {
  const [clock, validations] = [new Clock(), new Validations()]
  clock.seconds = 1000 * storage.files.size
  const runner = makeRunner({
    workDir: '/run',
    storage,
    now: clock.now,
    trainCfg,
    defaultHooks: { checkpoint },
    ...options,
    customHooks: [clock, validations, ...(options.customHooks ?? [])],
  })
  const lines: string[] = []
  runner.logger.addSink({ write: (line) => void lines.push(line) })
  try {
    await runner.train().catch((error: unknown) => {
      if (!hasCode(error, 'HL_INTERRUPTED')) throw error
    })
    return {
      iter: runner.iter,
      lines,
      validations: validations.seen,
      left: { state: await stateOf(runner), files: await checkpoints(storage), note: await note(storage) },
    }
  } finally {
    free(runner)
  }
}

async function checkpoints(storage: MemoryStorage): Promise<string[]> {
  return (await storage.list('/run')).filter((name) => name.endsWith('.safetensors')).sort()
}

async function note(storage: MemoryStorage): Promise<string> {
  return new TextDecoder().decode(await storage.read('/run/last_checkpoint'))
}

const settings: readonly [string, Setting, files: readonly string[]][] = [
  [
    'validations twice an epoch, files by the clock',
    { trainCfg: { maxEpochs: 3, valInterval: '0.5ep' }, checkpoint: { interval: '20s' } },
    ['iter_12', 'iter_3', 'iter_6', 'iter_9'],
  ],
  [
    'validations by the clock, the best and the last file by epochs',
    {
      trainCfg: { maxEpochs: 3, valInterval: '16s' },
      checkpoint: { interval: '1ep', saveBest: 'acc', maxKeepCkpts: 1 },
    },
    [],
  ],
  [
    'a maximum of iterations in the middle of an epoch',
    {
      trainCfg: { maxEpochs: '10it', valInterval: '3it' },
      checkpoint: { interval: '2ep', saveBest: 'loss' },
    },
    [],
  ],
  [
    'iterations that are counted in epochs',
    {
      trainCfg: { byEpoch: false, maxIters: '3ep', valInterval: '1ep' },
      checkpoint: { interval: '1ep', saveBegin: '25%' },
    },
    ['iter_11', 'iter_12', 'iter_3', 'iter_7'],
  ],
]

describe.each(settings)('training with %s', (_name, setting, files) => {
  it('ends in the same bits and files wherever it was interrupted', async () => {
    const whole = await part(setting, new MemoryStorage())
    if (files.length > 0) expect(whole.left.files).toEqual(files.map((name) => `${name}.safetensors`))
    for (let iter = 1; iter < whole.iter; iter++) {
      const storage = new MemoryStorage()
      await part(setting, storage, { customHooks: [new Interrupter(iter)] })
      const { left } = await part(setting, storage, { resume: true })
      expect(left, `interrupted after ${iter} iterations`).toEqual(whole.left)
    }
  })
})

it('validates and saves where its durations say', async () => {
  const setting: Setting = { trainCfg: { maxEpochs: 3, valInterval: '20s' }, checkpoint: { interval: '2ep' } }
  const { validations, left } = await part(setting, new MemoryStorage())
  // 21, 42, 63 and 84 seconds; the last one falls to the end of the run.
  expect(validations).toEqual([3, 6, 9, 12, 12])
  expect(left.files).toEqual(['epoch_2.safetensors', 'epoch_3.safetensors'])
})

describe.each<[string, TrainCfg, string]>([
  ['epochs', { maxEpochs: 3, valInterval: 1 }, 'iter_5.safetensors'],
  ['iterations', { byEpoch: false, maxIters: 3 * batches, valInterval: 4 }, 'iter_5.safetensors'],
])('training by %s that has a maxTime', (_unit, trainCfg, name) => {
  const checkpoint: CheckpointHookOptions =
    'maxEpochs' in trainCfg ? { interval: 1 } : { byEpoch: false, interval: 3, maxKeepCkpts: 1 }
  const setting = (maxTime: number): Setting => ({ trainCfg: { ...trainCfg, maxTime }, checkpoint })

  it('ends with the iteration in which the time is up, saved, and says so', async () => {
    const { iter, left, lines } = await part(setting(30), new MemoryStorage())
    expect(iter).toBe(5)
    expect(left.note).toBe(name)
    expect(lines.find((line) => line.includes('maxTime'))).toMatch(
      /training ends here: trainCfg\.maxTime is 30, and it has taken 0:00:35\. 5 of 12 iterations.*resume: true/,
    )
  })

  it('goes on exactly there with more time, wherever it ended, with the validation that was due', async () => {
    const whole = await part({ trainCfg, checkpoint }, new MemoryStorage())
    for (let seconds = 7; seconds < 7 * whole.iter; seconds += 7) {
      const storage = new MemoryStorage()
      const first = await part(setting(seconds), storage)
      expect(first.iter).toBe(seconds / 7)
      const rest = await part(setting(100_000), storage, { resume: true })
      expect(rest.left, `after ${seconds} seconds`).toEqual(whole.left)
      expect([...first.validations, ...rest.validations]).toEqual(whole.validations)
    }
  })

  it('counts the time of earlier parts', async () => {
    const storage = new MemoryStorage()
    await part(setting(30), storage)
    expect((await part(setting(50), storage, { resume: true })).iter).toBe(8)
    const spent = await part(setting(50), storage, { resume: true })
    expect(spent.iter).toBe(8)
    expect(spent.lines.join('\n')).toMatch(/training ends here: trainCfg\.maxTime is 50/)
  })
})
