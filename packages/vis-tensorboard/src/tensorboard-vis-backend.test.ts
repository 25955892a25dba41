import { MemoryStorage } from '@hookloop/core'
import {
  fileVersionEvent,
  hparamsEvent,
  imageEvent,
  scalarEvent,
  sessionStartEvent,
  TfeventsError,
  textEvent,
} from '@hookloop/tfevents'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FullDisk } from '../test/full-disk.js'
import { png } from '../test/png.js'
import { TensorboardVisBackend } from './index.js'

const wallTime = 1_700_000_000.25
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: wallTime * 1000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const saveDir = '/run/vis_data'
const version = fileVersionEvent({ wallTime })
const start = (step: number) => sessionStartEvent({ step, wallTime })
const scalar = (tag: string, value: number, step: number) => scalarEvent({ tag, value, step, wallTime })

/** What the files hold, in the order of their names. */
function contents({ files }: MemoryStorage): Buffer[] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => Buffer.from(bytes))
}

describe('TensorboardVisBackend', () => {
  it('begins a file with the first value: version, start, then the config and the row', async () => {
    const storage = new MemoryStorage()
    const backend = new TensorboardVisBackend({ storage, saveDir })
    backend.addConfig('{\n  "lr": 0.1\n}')
    await backend.flush()
    expect(storage.files.size).toBe(0)
    backend.addScalars({ lr: 0.1, loss: Number.NaN, iter: 10, rate: Infinity }, 10)
    backend.addScalars({ acc: 0.5 }, 1)
    await backend.flush()
    const config = textEvent({ tag: 'config', text: '    {\n      "lr": 0.1\n    }', step: 0, wallTime })
    const hparams = hparamsEvent({ hparams: { lr: 0.1 }, wallTime })
    const row = [
      ...[scalar('lr', 0.1, 10), scalar('loss', Number.NaN, 10)],
      ...[scalar('iter', 10, 10), scalar('rate', Infinity, 10)],
    ]
    expect(contents(storage)).toEqual([
      Buffer.concat([version, start(10), config, hparams, ...row, scalar('acc', 0.5, 1)]),
    ])
    const [path] = storage.files.keys()
    expect(path).toMatch(/^\/run\/vis_data\/events\.out\.tfevents\.1700000000\.hookloop\.\d+\.\d+$/)
  })

  it('leaves out what is no number, and writes nothing for a row without numbers', async () => {
    const storage = new MemoryStorage()
    const backend = new TensorboardVisBackend({ storage, saveDir })
    backend.addScalars({ name: 'cat', perClass: [1, 2], big: 3n, isBest: true, none: null, step: 4 }, 4)
    await backend.flush()
    expect(storage.files.size).toBe(0)
    backend.addScalars({ name: 'cat', acc: 1, perClass: [1, 2], step: 4 }, 4)
    await backend.flush()
    expect(contents(storage)).toEqual([Buffer.concat([version, scalar('acc', 1, 4)])])
  })

  it('claims no start where the first value does not count iterations, so that nothing is dropped', async () => {
    const storage = new MemoryStorage()
    const backend = new TensorboardVisBackend({ storage, saveDir })
    backend.addImage('val/sample', png, 2)
    backend.addScalars({ loss: 1, iter: 10 }, 10)
    await backend.flush()
    const image = imageEvent({ tag: 'val/sample', png, step: 2, wallTime })
    expect(contents(storage)).toEqual([
      Buffer.concat([version, image, scalar('loss', 1, 10), scalar('iter', 10, 10)]),
    ])
  })

  it('writes a config that comes late', async () => {
    const storage = new MemoryStorage()
    const backend = new TensorboardVisBackend({ storage, saveDir })
    backend.addScalars({ acc: 1 }, 1)
    backend.addConfig('no JSON')
    await backend.flush()
    const config = textEvent({ tag: 'config', text: '    no JSON', step: 0, wallTime })
    expect(contents(storage)).toEqual([Buffer.concat([version, scalar('acc', 1, 1), config])])
  })

  it('writes into another folder, each backend into a file of its own that comes after earlier ones', async () => {
    const storage = new MemoryStorage()
    const first = new TensorboardVisBackend({ storage, saveDir }, { saveDir: '/runs/./baseline' })
    const second = new TensorboardVisBackend({ storage, saveDir }, { saveDir: '/runs/baseline' })
    first.addScalars({ acc: 1 }, 1)
    second.addScalars({ acc: 2 }, 2)
    await Promise.all([first.flush(), second.flush()])
    expect([...storage.files.keys()].every((path) => path.startsWith('/runs/baseline/events.'))).toBe(true)
    expect(contents(storage)).toEqual([
      Buffer.concat([version, scalar('acc', 1, 1)]),
      Buffer.concat([version, scalar('acc', 2, 2)]),
    ])
  })

  it('tells of a full disk once, and begins another file after it', async () => {
    const storage = new FullDisk((path) => path.includes('tfevents'), [1])
    const backend = new TensorboardVisBackend({ storage, saveDir })
    backend.addConfig('{}')
    backend.addScalars({ acc: 1 }, 1)
    await expect(backend.flush()).rejects.toThrow(/no space is left/)
    await expect(backend.flush()).resolves.toBeUndefined()
    backend.addScalars({ acc: 2 }, 2)
    await backend.flush()
    const config = textEvent({ tag: 'config', text: '    {}', step: 0, wallTime })
    expect(contents(storage)[1]).toEqual(Buffer.concat([version, config, scalar('acc', 2, 2)]))
  })

  it.each<[string, (backend: TensorboardVisBackend) => void, string]>([
    ['a step that is no whole number', (to) => to.addScalars({ acc: 1 }, 0.5), 'HL_TFEVENTS_STEP'],
    ['a number without a name', (to) => to.addScalars({ acc: 1, '': 1 }, 1), 'HL_TFEVENTS_TAG'],
    ['what is no PNG', (to) => to.addImage('x', Uint8Array.of(1), 1), 'HL_TFEVENTS_PNG'],
  ])('refuses %s and writes nothing of it', async (_what, add, code) => {
    const storage = new MemoryStorage()
    const backend = new TensorboardVisBackend({ storage, saveDir })
    expect(() => add(backend)).toThrow(expect.objectContaining({ code }))
    expect(() => add(backend)).toThrow(TfeventsError)
    await backend.flush()
    expect(storage.files.size).toBe(0)
  })

  it.each([
    [{ saveDir: '' }, /saveDir: is '', but must be the path of a folder, such as 'runs\/baseline'/],
    [{ saveDir: 3 }, /saveDir: is 3/],
    [{ saveDirs: 'x' }, /Did you mean 'saveDir'/],
  ])('refuses the options %j', (options, text) => {
    const context = { storage: new MemoryStorage(), saveDir }
    expect(() => new TensorboardVisBackend(context, JSON.parse(JSON.stringify(options)))).toThrow(text)
  })
})
