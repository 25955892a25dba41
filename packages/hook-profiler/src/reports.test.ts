import { Hook, HookError, hasCode, MemoryStorage, type Runner } from '@hookloop/core'
import { Line } from '@hookloop-tests/support'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shapeOf, soundTrace, type TraceNode } from '../test/sound-trace.js'
import { clock, installClock, secondProcess, timedRun, validation } from '../test/timed-run.js'
import type { ProfilerHookOptions } from './index.js'

beforeEach(installClock)
afterEach(() => vi.restoreAllMocks())

/** Counts how often each file is written. */
class CountingStorage extends MemoryStorage {
  readonly writes: string[] = []

  override create(path: string) {
    this.writes.push(path)
    return super.create(path)
  }
}

/** Files that each run keeps. */
const isOfAnyRun = (path: string) => /\.log$|\/(config|environment)\.json$/.test(path)

/** A run of which all files of the profiler are kept, by their names in the work dir. */
async function storedRun(
  options: ProfilerHookOptions,
  extra: Parameters<typeof timedRun>[1] = {},
  action?: (runner: Runner) => Promise<unknown>,
) {
  const storage = new CountingStorage()
  const run = await timedRun(options, { workDir: '/run', storage, ...extra }, action)
  const kept = [...storage.files].filter(([path]) => !isOfAnyRun(path))
  const files = new Map(
    kept.map(([path, bytes]) => [path.replace('/run/', ''), new TextDecoder().decode(bytes)]),
  )
  return { ...run, files, writes: storage.writes.filter((path) => !isOfAnyRun(path)) }
}

function traceOf({ files }: { readonly files: ReadonlyMap<string, string> }, name = 'trace.json') {
  return soundTrace(files.get(name) ?? expect.fail(`there is only ${[...files.keys()]}`))
}

function find(nodes: readonly TraceNode[], name: string): TraceNode[] {
  return nodes.flatMap((node) => [...(node.name === name ? [node] : []), ...find(node.children, name)])
}

/** A promise that is resolved from outside. */
function openPromise() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

class FailsAt extends Line {
  constructor(private readonly iter: number) {
    super()
  }

  #steps = 0

  override forward(...[batch, mode]: Parameters<Line['forward']>) {
    clock.ms += 5
    if (this.#steps++ === this.iter) throw new Error('the step broke')
    return super.forward(batch, mode)
  }
}

describe('the trace', () => {
  it('holds spans in each other: epoch, iterations, data, step, points, hooks', async () => {
    const run = await storedRun({ jsonTracePath: 'trace.json' }, validation)
    const { lanes, events } = traceOf(run)
    const iteration =
      'iteration(data beforeTrainIter(FastHook) step(optimizer step) afterTrainIter(FastHook SlowHook))'
    const judged = 'validation iteration(validation data validation step)'
    expect(lanes.map(shapeOf)).toEqual([
      `beforeTrain(FastHook) epoch(${Array(4).fill(iteration).join(' ')}) validation(${judged} ${judged} evaluation)`,
    ])
    const [nodes = []] = lanes
    expect(find(nodes, 'iteration').map(({ begin, end, args }) => [begin, end, args])).toEqual(
      [0, 1, 2, 3].map((iter) => [iter * 11.75e6, (iter + 1) * 11.75e6, { epoch: 0, iter }]),
    )
    expect(find(nodes, 'optimizer step')[0]).toMatchObject({ begin: 8.25e6, end: 10.25e6 })
    expect(events.filter(({ ph }) => ph === 'M').map(({ args }) => args.name ?? args.sort_index)).toEqual([
      expect.stringMatching(/^hookloop \d+_\d+, rank 0$/),
      ...[0, 'run', 0],
    ])
  })

  it('goes into the work dir, is written once, and keeps all cycles on one axis', async () => {
    const run = await storedRun(
      { jsonTracePath: 'traces/all.json', byEpoch: false, profileTimes: 8, schedule: { wait: 1, active: 1 } },
      {},
    )
    const { lanes } = traceOf(run, 'traces/all.json')
    expect(find(lanes.flat(), 'iteration').map(({ args }) => args.iter)).toEqual([1, 3, 5, 7])
    expect(run.writes.filter((path) => path.endsWith('.json'))).toEqual(['/run/traces/all.json'])
    expect(run.profiles).toHaveLength(4)
    expect(run.lines.at(-1)).toMatch(/^ProfilerHook: wrote \/run\/traces\/all\.json; open it in .*perfetto/)
  })

  it('goes to absolute places, and beside the first process from the others', async () => {
    const { writes } = await storedRun({ jsonTracePath: '/elsewhere/trace.json' }, { dist: secondProcess })
    expect(writes.filter((path) => path.endsWith('.json'))).toEqual(['/elsewhere/trace_rank1.json'])
  })

  it('counts tensors and bytes', async () => {
    const run = await storedRun({ jsonTracePath: 'trace.json', profileMemory: true })
    const counters = traceOf(run).events.filter(({ ph }) => ph === 'C')
    expect(counters.map(({ name, ts }) => [name, ts])).toEqual(
      [1, 2, 3, 4].flatMap((iter) => [
        ['tensors', iter * 11_750],
        ['bytes of tensors', iter * 11_750],
      ]),
    )
    expect(counters[0]?.args.numTensors).toBeGreaterThan(0)
  })

  it('is sound on the real clock too', async () => {
    vi.restoreAllMocks()
    const { lanes } = traceOf(await storedRun({ jsonTracePath: 'trace.json' }, validation))
    expect(lanes).toHaveLength(1)
    expect(find(lanes.flat(), 'iteration').map(({ args }) => args.iter)).toEqual([0, 1, 2, 3])
  })

  it('gives what a hook does behind the back of the run a lane of its own', async () => {
    const [begun, released] = [openPromise(), openPromise()]
    class SavesBehind extends Hook {
      #saving: Promise<void> | undefined

      override beforeTrainIter({ iter }: Runner): void {
        if (iter === 2) released.resolve()
      }
      override async afterTrainIter(runner: Runner): Promise<void> {
        if (runner.iter !== 0) return
        this.#saving = runner.saveCheckpoint('/run/behind.safetensors')
        await begun.promise
        clock.ms += 1
      }
      override async beforeSaveCheckpoint(): Promise<void> {
        begun.resolve()
        await released.promise
      }
      override async afterTrainEpoch(): Promise<void> {
        await this.#saving
      }
    }
    const run = await storedRun({ jsonTracePath: 'trace.json' }, { hooks: [new SavesBehind()] })
    expect(run.error).toBeUndefined()
    const { lanes } = traceOf(run)
    expect(lanes.slice(1).map(shapeOf)).toEqual(['beforeSaveCheckpoint(SavesBehind)'])
    expect(find(lanes[0] ?? [], 'iteration')).toHaveLength(4)
  })

  it('is written on a real disk', async () => {
    const lanes: string[] = []
    const { error } = await timedRun({ jsonTracePath: 'deep/trace.json' }, {}, undefined, async (runner) => {
      const bytes = await runner.storage.read(runner.storage.join(runner.workDir, 'deep/trace.json'))
      lanes.push(...soundTrace(new TextDecoder().decode(bytes)).lanes.map(shapeOf))
    })
    expect(error).toBeUndefined()
    expect(lanes).toEqual([expect.stringContaining('epoch(iteration(data')])
  })
})

describe('onTraceReady', () => {
  it('writes a file for each cycle into the log dir, or into a folder of that', async () => {
    const schedule = { wait: 1, active: 1 }
    const options = { byEpoch: false, profileTimes: 4, schedule }
    const byDefault = await storedRun({ ...options, onTraceReady: { type: 'tb_trace' } })
    const names = [...byDefault.files.keys()]
    expect(names).toEqual([
      expect.stringMatching(/^(\d+_\d+)\/tf_tracing_logs\/\1_cycle1\.json$/),
      expect.stringMatching(/^(\d+_\d+)\/tf_tracing_logs\/\1_cycle2\.json$/),
    ])
    const iterations = names.map((name) => find(traceOf(byDefault, name).lanes.flat(), 'iteration'))
    expect(iterations.map((nodes) => nodes.map(({ args }) => args.iter))).toEqual([[1], [3]])
    const named = await storedRun(
      { ...options, onTraceReady: { type: 'tb_trace', dirName: 'traces' } },
      { dist: secondProcess },
    )
    expect([...named.files.keys()]).toEqual([
      expect.stringMatching(/^(\d+_\d+)\/traces\/\1_cycle1_rank1\.json$/),
      expect.stringMatching(/^(\d+_\d+)\/traces\/\1_cycle2_rank1\.json$/),
    ])
  })

  it('logs a table, sorted and limited as told', async () => {
    const { lines, files } = await storedRun({
      onTraceReady: { type: 'log_trace', sortBy: 'calls', limit: 2 },
    })
    expect(lines.slice(1)).toEqual([
      [
        'ProfilerHook: Profile 1: 4 training iterations in 47.000 ms',
        'name       at  calls  total ms  mean ms  of iteration',
        'iteration          4    47.000   11.750       100.0 %',
        'data               4    12.000    3.000        25.5 %',
        '… and 10 more rows',
      ].join('\n'),
    ])
    expect(files.size).toBe(0)
  })

  it('may fail: the run ends with all facts, and the trace is written all the same', async () => {
    const run = await storedRun({
      byEpoch: false,
      profileTimes: 3,
      jsonTracePath: 'trace.json',
      onTraceReady: async () => expect.fail('no room'),
    })
    expect(run.error).toBeInstanceOf(HookError)
    expect(String(run.error)).toMatch(
      /ProfilerHook of @hookloop\/hook-profiler \S+ failed in afterTrainIter at epoch 0, iteration 2: .*no room/,
    )
    expect(find(traceOf(run).lanes.flat(), 'iteration')).toHaveLength(3)
    expect(run.writes.filter((path) => path.endsWith('.json'))).toHaveLength(1)
  })
})

describe('a run that ends while it is profiled', () => {
  it('by an error writes what was recorded, once', async () => {
    const { profiles, ...run } = await storedRun({ jsonTracePath: 'trace.json' }, { model: new FailsAt(2) })
    expect(hasCode(run.error, 'HL_STEP_FAILED')).toBe(true)
    expect(profiles).toHaveLength(1)
    expect(run.writes.filter((path) => path.endsWith('.json'))).toHaveLength(1)
    const [nodes = []] = traceOf(run).lanes
    const iterations = find(nodes, 'iteration')
    expect(iterations.map(({ children }) => children.at(-1)?.name)).toEqual([
      ...['afterTrainIter', 'afterTrainIter', 'step'],
    ])
    expect(iterations.at(-1)).toMatchObject({ begin: 23.5e6, end: 31.75e6 })
  })

  it('by an error of a hook tells that error, and keeps what the others did', async () => {
    class Bad extends Hook {
      override afterTrainIter(runner: Runner): void {
        clock.ms += 1
        if (runner.iter === 1) throw new Error('the hook broke')
      }
    }
    const run = await storedRun({ jsonTracePath: 'trace.json' }, { hooks: [new Bad()] })
    expect(String(run.error)).toMatch(/Bad failed in afterTrainIter at epoch 0, iteration 1: the hook broke/)
    expect(find(traceOf(run).lanes.flat(), 'Bad').map(({ begin, end }) => end - begin)).toEqual([1e6, 1e6])
  })

  it('by an interruption writes what was recorded', async () => {
    class Interrupts extends Hook {
      override afterTrainIter(runner: Runner): void {
        if (runner.iter === 1) runner.interrupt('the test')
      }
    }
    const run = await storedRun({ jsonTracePath: 'trace.json' }, { hooks: [new Interrupts()] })
    expect(hasCode(run.error, 'HL_INTERRUPTED')).toBe(true)
    expect(find(traceOf(run).lanes.flat(), 'iteration')).toHaveLength(2)
    expect(run.profiles).toHaveLength(1)
  })

  it('by a report that fails at its end is a run that failed', async () => {
    const run = await storedRun({ onTraceReady: () => expect.fail('no room') }, { ...validation }, (runner) =>
      runner.val(),
    )
    expect(String(run.error)).toMatch(/failed in afterRun.*no room/)
  })

  it('says so when its schedule never began', async () => {
    const { lines, files, profiles } = await storedRun({
      jsonTracePath: 'trace.json',
      schedule: { skipFirst: 100, active: 3 },
    })
    expect(lines.at(-1)).toBe(
      'ProfilerHook: nothing was recorded, because the schedule had not begun after 4 iterations',
    )
    expect([files.size, profiles.length]).toEqual([0, 0])
  })
})
