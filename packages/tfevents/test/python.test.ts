import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPythonEnvironment, type PythonEnvironment } from '@hookloop-tests/python-environment'
import { TensorboardPeer } from '@hookloop-tests/tensorboard-peer'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { histogramOf } from '../src/histogram.js'
import {
  eventFileName,
  fileVersionEvent,
  histogramEvent,
  hparamsEvent,
  imageEvent,
  scalarEvent,
  sessionStartEvent,
  textEvent,
} from '../src/index.js'
import { pngFixture } from './fixture.js'

let environment: PythonEnvironment = { reason: 'not looked for' }
let folder = ''

beforeAll(async () => {
  environment = await findPythonEnvironment()
  if ('reason' in environment) console.warn(`Skipped: ${environment.reason}`)
  folder = await mkdtemp(join(tmpdir(), 'hookloop-tfevents-'))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

function requirePeer({ skip }: TestContext): TensorboardPeer {
  if ('reason' in environment) return skip(environment.reason)
  return new TensorboardPeer(environment.python)
}

/** A run of one file, which begins with its version. */
async function writeRun(run: string, records: readonly Uint8Array[], wallTime = 1e9): Promise<string> {
  const path = join(folder, run)
  const file = join(path, eventFileName({ wallTime, hostname: 'host' }))
  await mkdir(path, { recursive: true })
  await writeFile(file, fileVersionEvent({ wallTime }))
  for (const record of records) await appendFile(file, record)
  return file
}

const resumedLoss = [...[0, 1].map((step) => [step, 1]), ...[2, 3].map((step) => [step, 2])]

/** A run that wrote steps up to 9, and then went on from step 2 in another file. */
async function writeResumedRun(run: string): Promise<void> {
  const losses = (steps: number[], value: number) =>
    steps.map((step) => scalarEvent({ tag: 'loss', value, step, wallTime: 1 }))
  await writeRun(run, [sessionStartEvent({ step: 0 }), ...losses([0, 1, 2, 3, 9], 1)])
  const end = scalarEvent({ tag: 'end', value: 1, step: 3 })
  await writeRun(run, [sessionStartEvent({ step: 2 }), ...losses([2, 3], 2), end], 2e9)
}

const place = {
  tag: fc.oneof(
    fc.constantFrom('loss', 'train/𠮷', '__proto__'),
    fc.string({ unit: 'binary', minLength: 1 }),
  ),
  step: fc.maxSafeInteger(),
  wallTime: fc.double({ min: 0, max: 1e11, maxExcluded: true, noNaN: true }),
}

interface Item {
  tag: string
  step: number
  wallTime: number
}

/** Items in the form in which Python tells of them. */
function byTag<T extends Item>(items: readonly T[], describeItem: (item: T) => unknown[]) {
  const tags = new Map<string, unknown[]>()
  for (const item of items) {
    const known = tags.get(item.tag) ?? []
    tags.set(item.tag, [...known, [item.wallTime, item.step, ...describeItem(item)]])
  }
  return Object.fromEntries(tags)
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('EventAccumulator', () => {
  it('finds every scalar, image, text and histogram', async (context) => {
    const python = requirePeer(context)
    const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e39))
    const anyValues = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
    const anyName = fc.constantFrom('gray', 'gray-alpha', 'rgb', 'palette', 'rgba')
    const sample = { numRuns: 300, seed: 1 }
    const scalars = fc.sample(fc.record({ ...place, value: anyNumber }), sample)
    const texts = fc.sample(fc.record({ ...place, text: fc.string({ unit: 'binary' }) }), sample)
    const histograms = fc.sample(fc.record({ ...place, values: anyValues }), sample)
    const images = fc.sample(fc.record({ ...place, png: anyName.map(pngFixture) }), sample)
    await writeRun('random', [
      ...scalars.map(scalarEvent),
      ...texts.map(textEvent),
      ...histograms.map(histogramEvent),
      ...images.map(imageEvent),
    ])

    const found = await python.accumulate(join(folder, 'random'))

    expect(found.fileVersion).toBe(2)
    const foundScalars = Object.entries(found.scalars).map(([tag, items]) => {
      return [tag, items.map(([wallTime, step, value]) => [wallTime, step, Number(value)])]
    })
    expect(Object.fromEntries(foundScalars)).toEqual(byTag(scalars, ({ value }) => [Math.fround(value)]))
    expect(found.images).toEqual(byTag(images, ({ png }) => [5, 3, hexOf(png)]))
    expect(found.texts).toEqual(byTag(texts, ({ text }) => [text]))
    const foundHistograms = Object.entries(found.histograms).map(([tag, items]) => {
      return [
        tag,
        items.map(([wallTime, step, { sum, sumSquares, ...histogram }]) => {
          return [wallTime, step, { ...histogram, sum: Number(sum), sumSquares: Number(sumSquares) }]
        }),
      ]
    })
    expect(Object.fromEntries(foundHistograms)).toEqual(
      byTag(histograms, ({ values, tag }) => [histogramOf(values, tag)]),
    )
  })

  it('drops what a session start makes obsolete', async (context) => {
    const python = requirePeer(context)
    await writeResumedRun('resumed')
    const { scalars } = await python.accumulate(join(folder, 'resumed'))
    expect(scalars.loss?.map(([, step, value]) => [step, value])).toEqual(resumedLoss)
  })
})

describe('an event file in Python', () => {
  const moment = { step: 7, wallTime: 1.5 }
  const png = pngFixture('gray-alpha')
  const records = [
    sessionStartEvent(moment),
    scalarEvent({ ...moment, tag: 'a', value: 0.5 }),
    textEvent({ ...moment, tag: 'b', text: 'é𠮷' }),
    imageEvent({ ...moment, tag: 'c', png }),
    histogramEvent({ ...moment, tag: 'd', values: [0.5, 1] }),
  ]

  it('has the fields that TensorBoard’s own would have', async (context) => {
    const python = requirePeer(context)
    const { events } = await python.events(await writeRun('fields', records))
    const summary = (value: object) => ({ step: '7', wall_time: 1.5, summary: { value: [value] } })
    expect(events).toEqual([
      { wall_time: 1e9, file_version: 'brain.Event:2' },
      { step: '7', wall_time: 1.5, session_log: { status: 'START' } },
      summary({ tag: 'a', simple_value: 0.5 }),
      summary({
        tag: 'b',
        metadata: { plugin_data: { plugin_name: 'text' }, data_class: 'DATA_CLASS_TENSOR' },
        tensor: {
          dtype: 'DT_STRING',
          tensor_shape: {},
          string_val: [Buffer.from('é𠮷').toString('base64')],
        },
      }),
      summary({
        tag: 'c',
        image: {
          ...{ height: 3, width: 5, colorspace: 2 },
          encoded_image_string: Buffer.from(png).toString('base64'),
        },
      }),
      summary({ tag: 'd', histo: expect.objectContaining({ num: 2, bucket: [1, 0, 1] }) }),
    ])
  })

  it('is, byte for byte, what TensorBoard’s own writer makes of the same events', async (context) => {
    const python = requirePeer(context)
    const { rewritten } = await python.events(await writeRun('bytes', records))
    // The file version has step 0, which protobuf leaves out.
    const [, ...others] = rewritten.split(hexOf(Buffer.from('brain.Event:2')))
    expect(others.join('').slice(8)).toBe(hexOf(Buffer.concat(records)))
  })

  it('ends where a bit has flipped', async (context) => {
    const python = requirePeer(context)
    const [whole, damaged] = [records[1], records[2]]
    if (whole === undefined || damaged === undefined) throw new Error('There are too few records')
    for (const position of [0, 9, 20, damaged.byteLength - 1]) {
      const copy = Uint8Array.from(damaged)
      copy[position] = (copy[position] ?? 0) ^ 1
      const { events } = await python.events(await writeRun(`damage-${position}`, [whole, copy, whole]))
      expect(events).toHaveLength(2)
    }
  })
})

describe('TensorBoard’s page', () => {
  it('shows scalars, images, texts, histograms and hyperparameters', async (context) => {
    const python = requirePeer(context)
    const moment = { step: 3, wallTime: 1_700_000_000.25 }
    const png = pngFixture('rgba')
    const values = [1, Number.NaN, Infinity, -Infinity, 0.1]
    const start = { step: 0, wallTime: 1 }
    await writeRun('page/first', [
      sessionStartEvent(start),
      ...values.map((value, step) => scalarEvent({ tag: 'train/loss', value, step, wallTime: step + 0.5 })),
      imageEvent({ ...moment, tag: 'val/sample', png }),
      textEvent({ ...moment, tag: 'config', text: '# 𠮷' }),
      histogramEvent({ ...moment, tag: 'weights', values: [-2, 0, 1, 3] }),
      histogramEvent({ ...moment, tag: 'constant', values: [2, 2] }),
      hparamsEvent({ hparams: { lr: 0.1, type: 'SGD', nesterov: true }, ...start }),
      scalarEvent({ ...moment, tag: 'end', value: 1 }),
    ])
    await writeRun('page/second', [
      hparamsEvent({ hparams: { lr: 0.2, type: 'Adam', nesterov: false }, ...start }),
      scalarEvent({ tag: 'end', value: 1, ...start, step: 2 ** 31 - 1 }),
    ])

    await writeResumedRun('page/resumed')

    const shown = await python.page(join(folder, 'page'))

    const { wallTime, step } = moment
    const loss = shown.scalars.first?.['train/loss']?.map(([time, at, value]) => [time, at, Number(value)])
    expect(loss).toEqual(values.map((value, index) => [index + 0.5, index, Math.fround(value)]))
    expect(shown.scalars.second?.end).toEqual([[1, 2 ** 31 - 1, 1]])
    expect(shown.scalars.resumed?.loss?.map(([, at, value]) => [at, value])).toEqual(resumedLoss)
    expect(shown.images.first?.['val/sample']).toEqual([[wallTime, step, hexOf(png)]])
    expect(shown.text.first?.config).toEqual([{ wall_time: wallTime, step, text: '<h1>𠮷</h1>' }])
    expect(shown.histograms.first?.constant).toEqual([[wallTime, step, [[2, 2, 2]]]])
    const [[, , buckets] = []] = shown.histograms.first?.weights ?? []
    expect(buckets?.map(([, , count]) => count)).toEqual([1, 0, 1, 0, 1, 0, 1])
    expect([buckets?.[0]?.[0], buckets?.at(-1)?.[1]]).toEqual([-2, 3])
    expect(buckets?.every(([left, right]) => left < right)).toBe(true)
    expect(shown.hparams).toEqual({
      first: { lr: 0.1, type: 'SGD', nesterov: true },
      second: { lr: 0.2, type: 'Adam', nesterov: false },
    })
  })
})
