import { describe, expect, it } from 'vitest'
import '../registry/built-ins.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import { LocalVisBackend } from './local-vis-backend.js'
import type { VisBackend } from './vis-backend.js'
import { Visualizer } from './visualizer.js'

const png = Uint8Array.of(137, 80, 78, 71)

/** Remembers what it was told. */
class Told implements VisBackend {
  readonly calls: unknown[][] = []
  constructor(private readonly failure?: string) {}

  addScalars(...call: [scalars: Readonly<Record<string, unknown>>, step: number, fileName?: string]): void {
    this.calls.push(['scalars', ...call])
  }
  addImage(...call: [name: string, png: Uint8Array, step: number]): void {
    this.calls.push(['image', ...call])
  }
  async flush(): Promise<void> {
    this.calls.push(['flush'])
    if (this.failure !== undefined) throw new Error(this.failure)
  }
}

function local() {
  const storage = new MemoryStorage()
  const context = { storage, saveDir: '/run/vis_data' }
  const text = async (name: string) => new TextDecoder().decode(await storage.read(`/run/vis_data/${name}`))
  return { storage, context, text }
}

describe('LocalVisBackend', () => {
  it("writes MMEngine's files", async () => {
    const { storage, context, text } = local()
    const backend = new LocalVisBackend(context)
    backend.addConfig('{"workDir":"w"}')
    backend.addScalars({ lr: 0.1, loss: 2 }, 10, 'run.json')
    backend.addScalars({ loss: 1 }, 20)
    backend.addImage('digits/seven', png, 3)
    await backend.flush()
    expect(await text('scalars.json')).toBe('{"lr":0.1,"loss":2,"step":10}\n{"loss":1,"step":20}\n')
    expect(await text('run.json')).toBe('{"lr":0.1,"loss":2,"step":10}\n')
    expect(await text('config.json')).toBe('{"workDir":"w"}\n')
    expect(await storage.read('/run/vis_data/vis_image/digits_seven_3.png')).toEqual(png)
  })

  it('takes other names', async () => {
    const { context, text } = local()
    const backend = new LocalVisBackend(context, { scalarSaveFile: 'rows.json', configSaveFile: 'c.json' })
    backend.addScalars({ a: 1 }, 1)
    backend.addConfig('{}')
    await backend.flush()
    expect(await text('rows.json')).toBe('{"a":1,"step":1}\n')
    expect(await text('c.json')).toBe('{}\n')
  })
})

describe('Visualizer', () => {
  it('shows everything on every backend', async () => {
    const { context, text } = local()
    const told = new Told()
    const visualizer = new Visualizer(context, { visBackends: [{ type: 'LocalVisBackend' }, told] })
    visualizer.addConfig('{}')
    visualizer.addScalar('acc', 0.5, 1)
    visualizer.addScalars({ loss: 2 }, 2, 'run.json')
    visualizer.addImage('x', png, 3)
    await visualizer.flush()
    expect(told.calls).toEqual([
      ['scalars', { acc: 0.5 }, 1, undefined],
      ['scalars', { loss: 2 }, 2, 'run.json'],
      ['image', 'x', png, 3],
      ['flush'],
    ])
    expect(await text('scalars.json')).toBe('{"acc":0.5,"step":1}\n{"loss":2,"step":2}\n')
  })

  it('waits for all backends before it tells what failed', async () => {
    const backends = [new Told('the first'), new Told()]
    const visualizer = new Visualizer(local().context, { visBackends: backends })
    await expect(visualizer.flush()).rejects.toThrow('the first')
    expect(backends[1]?.calls).toEqual([['flush']])
  })

  it('tells at the next flush what a promise of a backend was rejected with, once', async () => {
    const remote: VisBackend = {
      async addScalars() {
        throw new Error('the connection is gone')
      },
    }
    const visualizer = new Visualizer(local().context, { visBackends: [remote] })
    visualizer.addScalar('acc', 0.5, 1)
    await new Promise((resolve) => setImmediate(resolve))
    await expect(visualizer.flush()).rejects.toThrow('the connection is gone')
    await expect(visualizer.flush()).resolves.toBeUndefined()
  })

  it('keeps files where no backend is named, and shows nothing with an empty list', async () => {
    expect(new Visualizer(local().context).backends).toEqual([expect.any(LocalVisBackend)])
    expect(new Visualizer(local().context, { visBackends: [] }).backends).toEqual([])
  })

  it('refuses what is no backend', () => {
    expect(() => new Visualizer(local().context, JSON.parse('{"visBackends": [{}]}'))).toThrow(
      /Visualizer\.visBackends\[0\]: is an object, but must be a config with a type.*or an object with addScalars/,
    )
  })
})
