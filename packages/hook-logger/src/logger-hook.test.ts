import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hook, type LogSink, MessageHub, type Runner, type RunnerOptions } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { describe, expect, it } from 'vitest'
import { LoggerHook, type LoggerHookOptions } from './index.js'
import { summaryLines } from './summary.js'

class Lines implements LogSink {
  readonly lines: string[] = []
  write(message: string): void {
    this.lines.push(message)
  }
}

async function linesOf(
  options: ConstructorParameters<typeof LoggerHook>[0],
  look?: (runner: Runner) => Promise<void>,
) {
  const sink = new Lines()
  await withRunner({ defaultHooks: { logger: new LoggerHook(options) } }, async (runner) => {
    runner.logger.addSink(sink)
    await runner.train()
    await look?.(runner)
  })
  return sink.lines
}

describe('LoggerHook', () => {
  it('writes a line each interval and the experiment at the end of each epoch', async () => {
    const lines = await linesOf({ interval: 3, summary: false })
    const written = lines.filter((line) => /^(Epoch|Exp)/.test(line))
    expect(written.map((line) => line.replace(/name: .*/, 'name'))).toEqual([
      'Epoch(train) [1][3/4]    ',
      'Exp name',
      'Epoch(train) [2][3/4]    ',
      'Exp name',
    ])
  })

  it('adds a line for what is left of an epoch when asked, and where an epoch is shorter than the interval', async () => {
    const count = async (options: ConstructorParameters<typeof LoggerHook>[0]) =>
      (await linesOf(options)).filter((line) => line.startsWith('Epoch(train)')).length
    expect(await count({ interval: 3, ignoreLast: false })).toBe(4)
    expect(await count({ interval: 10 })).toBe(2)
  })

  it.each<[LoggerHookOptions, readonly string[]]>([
    [{ interval: '3it' }, ['[1][3/4]', '[2][2/4]']],
    [{ interval: '2ep' }, ['[2][4/4]']],
    [{ interval: '0.5ep', ignoreLast: false }, ['[1][2/4]', '[1][4/4]', '[2][2/4]', '[2][4/4]']],
    [{ interval: '50%' }, ['[1][4/4]', '[2][4/4]']],
    // Two seconds an iteration.
    [{ interval: '5s' }, ['[1][3/4]', '[2][1/4]', '[2][4/4]']],
  ])('with %j counts the whole training, or time', async (options, expected) => {
    const sink = new Lines()
    let seconds = 0
    class Clock extends Hook {
      override beforeTrainIter(): void {
        seconds += 2
      }
    }
    const logger = new LoggerHook({ ...options, intervalExpName: '6it', summary: false })
    const extra = { defaultHooks: { logger }, customHooks: [new Clock()], now: () => seconds }
    await withRunner(extra, async (runner) => {
      runner.logger.addSink(sink)
      await runner.train()
    })
    const places = sink.lines.flatMap((line) => /^Epoch\(train\) (\S+)/.exec(line)?.slice(1) ?? [])
    expect(places).toEqual(expected)
    // After iteration 6, and after each epoch.
    expect(sink.lines.filter((line) => line.startsWith('Exp name'))).toHaveLength(3)
  })

  it('writes rows to both files of MMEngine, and every line to the log file', async () => {
    await linesOf({ interval: 2 }, async (runner) => {
      const folder = join(runner.logDir, 'vis_data')
      expect((await readdir(folder)).sort()).toEqual([`${runner.timestamp}.json`, 'scalars.json'].sort())
      const rows = (await readFile(join(folder, 'scalars.json'), 'utf8'))
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row))
      expect(rows).toEqual([2, 4, 6, 8].map((step) => ({ epoch: Math.ceil(step / 4), iter: step, step })))
      expect(await readFile(join(folder, `${runner.timestamp}.json`), 'utf8')).toBe(
        await readFile(join(folder, 'scalars.json'), 'utf8'),
      )
      const log = await readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
      expect(log).toMatch(
        /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d - hookloop - INFO - Epoch\(train\) \[2\]\[4\/4\]/m,
      )
    })
  })

  it('tells of values that cannot be kept, each time it waits for them, and lets the run go on', async () => {
    const full = {
      addScalars: () => undefined,
      flush: () => Promise.reject(new Error('no space is left')),
    }
    const sink = new Lines()
    const options: Partial<RunnerOptions> = {
      defaultHooks: { logger: new LoggerHook() },
      visualizer: { type: 'Visualizer', visBackends: [full] },
    }
    await withRunner(options, async (runner) => {
      runner.logger.addSink(sink)
      await runner.train()
      expect(runner.iter).toBe(8)
      await runner.saveCheckpoint(join(runner.workDir, 'saved.safetensors'))
      expect(await readdir(runner.workDir)).toContain('saved.safetensors')
    })
    // Once by the hook at the end of the run, once by the Runner itself, once before the checkpoint.
    expect(sink.lines.filter((line) => line === 'no space is left')).toHaveLength(3)
  })

  it('adds the time of hooks and their share to lines of training when asked, and observes only then', async () => {
    class Busy extends Hook {
      readonly observed: boolean[] = []
      override afterTrainIter(runner: Runner) {
        this.observed.push(runner.hooks.isObserved)
        const end = performance.now() + 20
        while (performance.now() < end);
      }
    }
    for (const showHookTime of [true, false]) {
      const [busy, sink] = [new Busy(), new Lines()]
      const logger = new LoggerHook({ interval: 2, showHookTime })
      await withRunner({ defaultHooks: { logger }, customHooks: [busy] }, async (runner) => {
        runner.logger.addSink(sink)
        await runner.train()
        await runner.train()
        expect(runner.hooks.isObserved).toBe(false)
      })
      const lines = sink.lines.filter((line) => line.startsWith('Epoch('))
      expect(lines).toHaveLength(4)
      const shape = showHookTime ? / {4}hook_time: ([\d.]+) ms \(\d+\.\d% of [\d.]+ ms\)$/ : /\] {4}$/
      for (const line of lines) {
        const [text, milliseconds] = shape.exec(line) ?? []
        expect(text, line).toBeDefined()
        if (milliseconds !== undefined) expect(Number(milliseconds)).toBeGreaterThanOrEqual(20)
      }
      expect(new Set(busy.observed)).toEqual(new Set([showHookTime]))
    }
  })

  it('copies the files to another folder', async () => {
    await withRunner({}, async (outer) => {
      await withRunner(
        { defaultHooks: { logger: new LoggerHook({ outDir: outer.workDir }) } },
        async (runner) => {
          await runner.train()
          const copied = join(outer.workDir, runner.workDir.split('/').at(-1) ?? '', runner.timestamp)
          expect(await readdir(copied)).toContain(`${runner.timestamp}.log`)
        },
      )
    })
  })

  it('copies only what has the endings, and lets go of the originals when told to', async () => {
    await withRunner({}, async (outer) => {
      const logger = new LoggerHook({
        outDir: outer.workDir,
        outSuffix: '.json',
        keepLocal: false,
        interval: 1,
      })
      await withRunner({ defaultHooks: { logger } }, async (runner) => {
        await runner.train()
        const copied = join(outer.workDir, runner.workDir.split('/').at(-1) ?? '', runner.timestamp)
        expect((await readdir(copied)).sort()).toEqual(['config.json', 'environment.json', 'vis_data'])
        const rows = [`${runner.timestamp}.json`, 'scalars.json']
        expect((await readdir(join(copied, 'vis_data'))).sort()).toEqual(rows.sort())
        // Of the folders the one that became empty is gone.
        expect(await readdir(runner.logDir)).toEqual([`${runner.timestamp}.log`])
      })
    })
  })

  it('leaves no empty folder behind where everything was moved away', async () => {
    await withRunner({}, async (outer) => {
      const logger = new LoggerHook({ outDir: outer.workDir, keepLocal: false, interval: 1 })
      await withRunner({ defaultHooks: { logger } }, async (runner) => {
        await runner.train()
        expect(await readdir(runner.workDir)).not.toContain(runner.timestamp)
        const copied = join(outer.workDir, runner.workDir.split('/').at(-1) ?? '', runner.timestamp)
        expect((await readdir(copied)).sort()).toEqual(
          [`${runner.timestamp}.log`, 'config.json', 'environment.json', 'vis_data'].sort(),
        )
      })
    })
  })

  it('removes no folder that somebody else put something into', async () => {
    await withRunner({}, async (outer) => {
      const logger = new LoggerHook({ outDir: outer.workDir, keepLocal: false })
      await withRunner({ defaultHooks: { logger } }, async (runner) => {
        await runner.storage.append(runner.storage.join(runner.logDir, 'vis_data', 'notes.txt'), 'mine')
        await runner.train()
        expect(await readdir(join(runner.logDir, 'vis_data'))).toEqual(['notes.txt'])
      })
    })
  })

  it('refuses an outDir that cannot be written to, before anything is trained', async () => {
    await withRunner({}, async (outer) => {
      const file = join(outer.workDir, 'occupied')
      await outer.storage.append(file, 'a file')
      const logger = new LoggerHook({ outDir: join(file, 'logs') })
      await withRunner({ defaultHooks: { logger } }, async (runner) => {
        const sink = new Lines()
        runner.logger.addSink(sink)
        await expect(runner.train()).rejects.toThrow(
          /outDir is .*occupied.*, where no file can be written: ENOTDIR: [^.]*\. Name a folder that may be written to.*HL_LOGGER_OUT_DIR/,
        )
        expect(runner.iter).toBe(0)
        expect(sink.lines.filter((line) => line.includes('cannot be written'))).toEqual([])
      })
    })
  })

  it('leaves nothing in an outDir that it only tried', async () => {
    await withRunner({}, async (outer) => {
      const outDir = join(outer.workDir, 'new', 'logs')
      class Look extends Hook {
        seen: string[] | undefined
        override async beforeTrain() {
          this.seen = await readdir(outDir)
        }
      }
      const look = new Look()
      const options = { defaultHooks: { logger: new LoggerHook({ outDir }) }, customHooks: [look] }
      await withRunner(options, (runner) => runner.train())
      expect(look.seen).toEqual([])
    })
  })

  it.each([
    [{}, 1],
    [{ logProcessor: { byEpoch: false } }, 0],
    [{ trainCfg: { maxEpochs: 2 } }, 0],
  ])('tells once how lines count iterations where training does, with %j: %d', async (extra, times) => {
    const sink = new Lines()
    const options = {
      trainCfg: { byEpoch: false, maxIters: 10 } as const,
      defaultHooks: { logger: new LoggerHook() },
      ...extra,
    }
    await withRunner(options, async (runner) => {
      runner.logger.addSink(sink)
      await runner.train()
    })
    const hints = sink.lines.filter((line) => line.includes('logProcessor: { byEpoch: false }'))
    expect(hints).toHaveLength(times)
    const last = sink.lines.findLast((line) => /^(Epoch|Iter)\(train\)/.test(line))?.trim()
    if (!('trainCfg' in extra))
      expect(last).toBe(times === 1 ? 'Epoch(train) [1][10/4]' : 'Iter(train) [10/10]')
  })

  it('adds what a second run on the same Runner writes to what was moved away before', async () => {
    await withRunner({}, async (outer) => {
      const logger = new LoggerHook({ outDir: outer.workDir, keepLocal: false, interval: 1 })
      await withRunner({ defaultHooks: { logger } }, async (runner) => {
        await runner.train()
        const copied = join(outer.workDir, runner.workDir.split('/').at(-1) ?? '', runner.timestamp)
        const read = () => readFile(join(copied, `${runner.timestamp}.log`), 'utf8')
        const first = await read()
        await runner.train()
        const both = await read()
        expect(both.startsWith(first)).toBe(true)
        expect(both.length).toBeGreaterThan(first.length)
      })
    })
  })

  it('refuses to copy logs onto themselves, and leaves them alone', async () => {
    await withRunner({}, async (runner) => {
      const parent = runner.workDir.split('/').slice(0, -1).join('/')
      runner.registerHook(new LoggerHook({ outDir: parent, keepLocal: false }))
      await expect(runner.train()).rejects.toThrow(/outDir is .* already.*HL_LOGGER_OUT_DIR/)
      expect(await readdir(runner.logDir)).toContain(`${runner.timestamp}.log`)
    })
  })

  it.each([
    [{ interval: 0 }, /interval: is 0, but must be a whole number greater than 0/],
    [{ interval: 1.5 }, /interval: is 1.5/],
    [{ intervall: 5 }, /Did you mean 'interval'/],
    [{ ignoreLast: 'yes' }, /ignoreLast: is 'yes', but must be true or false/],
    [{ showHookTime: 1 }, /showHookTime: is 1, but must be true or false/],
  ])('refuses %j', (options, text) => {
    expect(() => new LoggerHook(JSON.parse(JSON.stringify(options)))).toThrow(text)
  })
})

describe('summaryLines', () => {
  it('tells the best metric, the files and how to go on', () => {
    const messageHub = new MessageHub('x')
    messageHub.updateInfoDict({
      best_score: 0.98,
      best_ckpt: '/w/best.safetensors',
    })
    expect(
      summaryLines({ workDir: '/w', logDir: '/w/log', messageHub }, undefined, '/w/epoch_3.safetensors'),
    ).toEqual([
      'Training has ended.',
      '  best: 0.98 in /w/best.safetensors',
      '  last checkpoint: /w/epoch_3.safetensors',
      '  log: /w/log',
      '  to train longer: resume: true with workDir /w',
    ])
  })
})
