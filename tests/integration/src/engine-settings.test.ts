import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { missingNative } from './native.js'
import { mustRun } from './run-command.js'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))

/** Removed from the environment, as whoever runs the tests may have set them. */
const unset = {
  TF_NUM_INTRAOP_THREADS: undefined,
  TF_NUM_INTEROP_THREADS: undefined,
  TF_ENABLE_ONEDNN_OPTS: undefined,
  TF_XLA_FLAGS: undefined,
  // The program is none of a test runner.
  VITEST: undefined,
}

let folder: string
beforeEach(async ({ skip }) => {
  const missing = await missingNative()
  if (missing !== undefined) skip(missing)
  folder = await mkdtemp(join(tmpdir(), 'engine-settings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Told {
  readonly iter: number
  readonly settings: object
  /** Of the process; null where the system does not tell. */
  readonly processThreads: number | null
  readonly lines: readonly string[]
  readonly warnings: readonly (string | null)[]
  readonly error?: string
}

/** What a program of its own tells after these steps; see the fixture. */
async function trained(
  steps: readonly string[],
  env: Readonly<Record<string, string>> = {},
  execArgv: readonly string[] = [],
): Promise<Told> {
  const { stdout } = await mustRun(process.execPath, [...execArgv, 'engine-settings.mjs', ...steps], {
    cwd: fixtures,
    env: {
      ...unset,
      WORK_DIR: join(folder, 'run'),
      HOOKLOOP_CACHE_DIR: join(folder, 'cache'),
      ...env,
    },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const engine = (settings: object) => `engine=${JSON.stringify({ name: 'tfjs-node', ...settings })}`
const use = (settings: object) => `use=${JSON.stringify(['tfjs-node', settings])}`
const tfjsNode = 'load=@tensorflow/tfjs-node'

describe('settings of tfjs-node', () => {
  it.for([
    [[engine({ intraOpThreads: 1, interOpThreads: 2, oneDnn: false, xla: true })]],
    [[use({ intraOpThreads: 1, interOpThreads: 2, oneDnn: false, xla: true })]],
  ])('are in force and named after %j', async ([steps = []]) => {
    const { lines, settings } = await trained(steps)
    expect(settings).toEqual({ intraOpThreads: 1, interOpThreads: 2, oneDnn: false, xla: true })
    expect(lines).toEqual([
      expect.stringMatching(
        /^INFO engine: tfjs-node \(TensorFlow [\d.]+, tfjs [\d.]+, 1 thread, 2 inter-op threads, oneDNN off, XLA on\)$/,
      ),
    ])
  })

  it('reach the library', async ({ skip }) => {
    const few = (await trained([engine({ intraOpThreads: 1 })])).processThreads
    const many = (await trained([engine({ intraOpThreads: 41 })])).processThreads
    if (few === null || many === null) return skip('only Linux tells how many threads a process has')
    expect(many - few).toBeGreaterThanOrEqual(35)
  })

  it('leave what the environment says of others', async () => {
    const { lines, settings } = await trained([engine({ interOpThreads: 2 })], {
      TF_NUM_INTRAOP_THREADS: '3',
    })
    expect(settings).toEqual({ intraOpThreads: 3, interOpThreads: 2 })
    expect(lines).toEqual([expect.stringMatching(/3 threads, 2 inter-op threads\)$/)])
  })

  it('overrule the environment, and say so', async () => {
    const { lines, settings } = await trained([engine({ intraOpThreads: 1 })], {
      TF_NUM_INTRAOP_THREADS: '3',
    })
    expect(settings).toEqual({ intraOpThreads: 1 })
    expect(lines).toEqual([
      expect.stringContaining('1 thread)'),
      'WARNING the options of the engine overrule the environment: intraOpThreads: 1 is in force, not TF_NUM_INTRAOP_THREADS=3',
    ])
  })

  it.for([[[tfjsNode, engine({ interOpThreads: 7 })]], [[use({}), engine({ interOpThreads: 7 })]]])(
    'come too late after %j',
    async ([steps = []]) => {
      const { lines, settings, iter } = await trained(steps)
      expect({ settings, iter }).toEqual({ settings: {}, iter: 4 })
      expect(lines).toEqual([
        expect.stringMatching(/^INFO engine: tfjs-node/),
        expect.stringMatching(
          /TensorFlow is loaded already and keeps interOpThreads: \d+ until the process ends, so that interOpThreads: 7 has no effect: call `await useEngine/,
        ),
      ])
    },
  )

  it('are not complained of where they are in force already', async () => {
    const settings = { intraOpThreads: 1, oneDnn: true }
    const { lines, warnings } = await trained([use(settings), use(settings), engine(settings)])
    expect(warnings).toEqual([null, null])
    expect(lines).toHaveLength(1)
  })

  it('do not reach TensorFlow from a worker thread', async () => {
    const { lines, settings } = await trained(['worker', engine({ intraOpThreads: 7 })])
    expect(settings).toEqual({})
    expect(lines).toEqual([
      expect.stringMatching(/^INFO engine: tfjs-node/),
      expect.stringMatching(
        /a worker thread has a copy.*intraOpThreads: 7 does not reach TensorFlow.*process\.env\.TF_NUM_INTRAOP_THREADS = '7' in the main thread/,
      ),
    ])
  })

  it('are in the checkpoint, and a run that is resumed with others says so', async () => {
    await trained([engine({ intraOpThreads: 1 })])
    const { lines, iter } = await trained(['resume', engine({ intraOpThreads: 1, oneDnn: false })])
    expect(iter).toBe(6)
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^WARNING the engine is tfjs-node \(.*1 thread, oneDNN off\) now, but the checkpoint was trained on tfjs-node \(.*1 thread\): results may differ in the last digits$/,
      ),
    )
  })
})

describe("settings: 'auto'", { timeout: 300_000 }, () => {
  const auto = { settings: 'auto' }
  // With less to choose from than there usually is, as these tests need not choose well.
  const narrow = { ...auto, intraOpThreads: 1, interOpThreads: 1 }
  const single = { TF_ENABLE_ONEDNN_OPTS: '1' }

  it('measures once on the model, says what it chose, and writes nothing else', async () => {
    const first = await trained([engine(narrow), 'val'])
    expect(first).toMatchObject({
      iter: 4,
      warnings: [],
      lines: [expect.stringMatching(/^INFO measuring .*engine-settings\.mjs/), expect.anything()],
    })
    expect(first.lines[1]).toMatch(
      /^INFO engine: tfjs-node \(.*\)\. Settings measured on this model, per step: [\d.]+ ms with intraOpThreads: 1, interOpThreads: 1; [\d.]+ ms with intraOpThreads: 1, interOpThreads: 1, oneDnn: true; [\d.]+ ms with intraOpThreads: 1, interOpThreads: 1, oneDnn: false\. To pin them: engine: /,
    )
    const runs = await readdir(join(folder, 'run'))
    expect(runs.filter((name) => /^\d{8}_/.test(name))).toHaveLength(1)

    const second = await trained([engine(narrow), 'val'])
    expect(second.settings).toEqual(first.settings)
    expect(second.lines).toEqual([
      expect.stringMatching(/Settings measured on this model on \d{4}-\d\d-\d\d, per step: /),
    ])

    // Another program that trains the same: it runs once, to see what it trains.
    const third = await trained([use(narrow), 'val'])
    expect(third.settings).toEqual(first.settings)
    expect(third.lines).toEqual([expect.stringMatching(/Settings measured on this model on/)])

    // The same program, another model.
    const wider = await trained([engine(narrow), 'val'], { UNITS: '9' })
    expect(wider.lines.at(-1)).toMatch(
      /^WARNING .*measured on another model .* the next start measures them anew/,
    )
    const again = await trained([engine(narrow), 'val'], { UNITS: '9' })
    expect(again.lines[0]).toMatch(/^INFO measuring/)
  })

  it('leaves as it is what is given beside it or in the environment', async () => {
    const { settings, lines } = await trained([engine(narrow)], single)
    expect(settings).toEqual({ intraOpThreads: 1, interOpThreads: 1, oneDnn: true })
    expect(lines[1]).toMatch(
      /per step: [\d.]+ ms with intraOpThreads: 1, interOpThreads: 1, oneDnn: true\. To pin/,
    )
  })

  it('keeps options of Node for the processes that measure', async () => {
    const flags = ['--import', 'data:text/javascript,globalThis.preloaded=true']
    const { lines } = await trained(['load=./needs-preloading.mjs', engine(narrow)], single, flags)
    expect(lines[1]).toMatch(/Settings measured/)
  })

  it('changes nothing where training fails, and says why', async () => {
    const { settings, lines, error } = await trained([engine(auto), 'nan'])
    expect(settings).toEqual({})
    expect(lines).toEqual([
      expect.stringMatching(/^INFO measuring/),
      expect.stringMatching(/^INFO engine: tfjs-node \([^)]*\)$/),
      expect.stringMatching(
        /^WARNING the engine's settings could not be measured, so that nothing is changed: .*NaN/,
      ),
    ])
    expect(error).toMatch(/HL_LOSS_NOT_FINITE/)
  })

  it('changes nothing in a program that does not train', async () => {
    const { lines, error } = await trained([engine(auto), 'judgeOnly'])
    expect(error).toBeUndefined()
    expect(lines.at(-1)).toMatch(
      /could not be measured, so that nothing is changed: the program ended \(0\) before it trained$/,
    )
  })

  it.for([
    [[tfjsNode, engine(auto)], /TensorFlow is loaded already and cannot change them/],
    [['worker', engine(auto)], /a worker thread cannot set them/],
  ] as const)('changes nothing after %j', async ([steps, why]) => {
    const { settings, lines, iter } = await trained(steps)
    expect({ settings, iter }).toEqual({ settings: {}, iter: 4 })
    expect(lines).toEqual([expect.stringMatching(/^INFO engine: tfjs-node/), expect.stringMatching(why)])
  })
})
