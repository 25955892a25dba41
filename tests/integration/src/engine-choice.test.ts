import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { missingNative } from './native.js'
import { nodeBinary, otherNodes } from './other-node.js'
import { mustRun } from './run-command.js'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
const tfjs = '@tensorflow/tfjs'
const tfjsNode = '@tensorflow/tfjs-node'
const wasm = '@hookloop/wasm'

interface Situation {
  /** Packages that are not installed. */
  readonly hidden?: readonly string[]
  /** The .wasm files of the backend are not there. */
  readonly withoutWasmFiles?: boolean
  readonly node?: string
}

/** What a Runner of its own process chooses and says of it, after the steps. */
async function choiceAfter(
  steps: readonly string[],
  { hidden = [], withoutWasmFiles = false, node = process.execPath }: Situation = {},
) {
  const { stdout } = await mustRun(
    node,
    [
      '--require',
      './hide-packages.cjs',
      ...(withoutWasmFiles ? ['--require', './hide-wasm-files.cjs'] : []),
      'engine-choice.mjs',
      ...steps,
    ],
    {
      cwd: fixtures,
      env: { HIDDEN: hidden.join(), TF_NUM_INTRAOP_THREADS: '3' },
    },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const metrics = { 'accuracy/top1': 0.5 }

describe('the engine of a Runner where native TensorFlow works', () => {
  let missing: string | undefined
  beforeAll(async () => {
    missing = await missingNative()
  })
  const native = {
    engine: 'tfjs-node',
    lines: [expect.stringMatching(/^engine: tfjs-node \(TensorFlow [\d.]+, tfjs [\d.]+, 3 threads\)$/)],
    warnings: [],
    metrics,
  }

  it.for([
    { steps: [] },
    // As node-pre-gyp would read it, the folder of tfjs-node.
    { steps: ['--dir=elsewhere'] },
    { steps: [tfjs] },
    { steps: [tfjsNode] },
    { steps: [tfjs, tfjsNode, 'tensor'] },
    { steps: [tfjs, 'tensor', 'engine=tfjs-node'] },
  ])('is tfjs-node after $steps', async ({ steps }, { skip }) => {
    if (missing !== undefined) skip(missing)
    expect(await choiceAfter(steps)).toEqual(native)
  })

  it.for(otherNodes)(
    'works on Node %s when the user loaded tfjs-node',
    { timeout: 300_000 },
    async (version, { skip }) => {
      if (missing !== undefined) skip(missing)
      expect(await choiceAfter([tfjsNode, 'tensor'], { node: await nodeBinary(version) })).toEqual(native)
    },
  )
})

describe('the engine of a Runner where native TensorFlow is not installed', () => {
  const onWasm = {
    engine: 'wasm',
    lines: [
      expect.stringMatching(
        /^engine: wasm \(tfjs [\d.]+, 1 thread\)\. @tensorflow\/tfjs-node is not installed\. For native speed: `npm install/,
      ),
    ],
    warnings: [],
    metrics,
  }

  it.each([[[]], [[tfjs]], [[wasm]]])('is wasm after %j', async (steps) => {
    expect(await choiceAfter(steps, { hidden: [tfjsNode] })).toEqual(onWasm)
  })

  it.each(otherNodes)(
    'is wasm on Node %s',
    async (version) => {
      const node = await nodeBinary(version)
      expect(await choiceAfter([], { hidden: [tfjsNode], node })).toEqual(onWasm)
    },
    300_000,
  )

  it('is the cpu backend where there is no wasm either, with a warning that names both ways out', async () => {
    const { engine, warnings } = await choiceAfter([], { hidden: [tfjsNode, wasm] })
    expect(engine).toBe('cpu')
    expect(warnings).toEqual([
      expect.stringMatching(
        /very slow.*tfjs-node is not installed and @hookloop\/wasm is not installed.*install @hookloop\/wasm.*install @tensorflow\/tfjs-node/,
      ),
    ])
  })

  it('cannot be tfjs-node', async () => {
    expect(await choiceAfter(['engine=tfjs-node'], { hidden: [tfjsNode] })).toMatchObject({
      error: expect.stringMatching(/tfjs-node was asked for, but it is not installed.*HL_ENGINE_MISSING/),
    })
  })
})

describe('the engine of a Runner that says which', () => {
  it('is wasm, without a word about others', async () => {
    const { engine, lines, warnings } = await choiceAfter(['engine=wasm'])
    expect({ engine, warnings }).toEqual({ engine: 'wasm', warnings: [] })
    expect(lines).toEqual([expect.stringMatching(/^engine: wasm \(tfjs [\d.]+, 1 thread\)$/)])
  })

  it('must be installed', async () => {
    expect(await choiceAfter(['engine=wasm'], { hidden: [wasm] })).toMatchObject({
      error: expect.stringMatching(
        /wasm was asked for, but @hookloop\/wasm is not installed.*HL_ENGINE_MISSING/,
      ),
    })
  })
})

describe('the engine of a Runner where wasm does not start', () => {
  it('cannot be wasm, whoever loaded it', async () => {
    const { error, lines } = await choiceAfter([tfjs, wasm, 'paths=/nowhere/', 'engine=wasm'])
    expect(error).toMatch(/backend wasm of TensorFlow\.js does not start.*\.wasm files.*HL_ENGINE_MISSING/)
    expect(lines).toEqual([])
  })

  it.each([[[]], [[tfjs]]])('is the cpu backend, with a warning, after %j', async (steps) => {
    const {
      engine,
      warnings,
      metrics: values,
    } = await choiceAfter(steps, {
      hidden: [tfjsNode],
      withoutWasmFiles: true,
    })
    expect({ engine, metrics: values }).toEqual({ engine: 'cpu', metrics })
    expect(warnings).toEqual([expect.stringMatching(/very slow.*@hookloop\/wasm does not load/)])
  })
})

describe('the engine of a Runner where the stock wasm backend is in use', () => {
  const stock = ['@tensorflow/tfjs-backend-wasm', 'backend=wasm']

  it('gets the kernels that training needs', async () => {
    const { engine, warnings } = await choiceAfter(stock)
    expect({ engine, warnings }).toEqual({ engine: 'wasm', warnings: [] })
  })

  it('comes with a warning where they are not installed', async () => {
    const { engine, warnings } = await choiceAfter(stock, { hidden: [wasm] })
    expect(engine).toBe('wasm')
    expect(warnings).toEqual([
      expect.stringMatching(
        /no gradients of convolutions.*@hookloop\/wasm, which adds them, is not installed.*npm install/,
      ),
    ])
  })
})

describe('useEngine', () => {
  it('may be called at the same time', async () => {
    const { together, engine } = await choiceAfter(['together=wasm,wasm,auto,wasm', 'engine=wasm'])
    expect({ together, engine }).toEqual({ together: ['wasm', 'wasm', 'wasm', 'wasm'], engine: 'wasm' })
  })

  it('refuses what is no engine, and goes on', async () => {
    const { together } = await choiceAfter(['together=webgpu,WASM,cpu'])
    expect(together).toEqual([
      expect.stringMatching(
        /no engine 'webgpu': give 'auto', 'tfjs-node', 'wasm', 'cpu'.*setBackend.*HL_ENGINE_MISSING/,
      ),
      expect.stringMatching(/no engine 'WASM'/),
      'cpu',
    ])
  })
})

it('is what was in use before, with a warning that says how to be faster', async () => {
  const { engine, warnings } = await choiceAfter([tfjs, 'tensor'])
  expect(engine).toBe('cpu')
  expect(warnings).toEqual([
    expect.stringMatching(/very slow.*before a faster one was loaded.*engine: 'tfjs-node'.*useEngine/),
  ])
})
