import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { PNG } from 'pngjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drawBatch } from './batch-pictures.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  vi.restoreAllMocks()
  expect(tf.memory().numTensors).toBe(before)
})

/** Four pictures of 2 by 2 pixels; the labels are 0 to 3, the third prediction is wrong. */
async function withBatch(
  action: (batch: { inputs: tf.Tensor; labels: tf.Tensor }, scores: tf.Tensor) => Promise<void>,
): Promise<void> {
  const { inputs, labels, scores } = tf.tidy(() => ({
    inputs: tf.range(0, 16).div(15).reshape([4, 2, 2, 1]),
    labels: tf.range(0, 4, 1, 'int32'),
    scores: tf.oneHot(tf.tensor1d([0, 1, 0, 3], 'int32'), 4),
  }))
  await action({ inputs, labels }, scores)
  tf.dispose([inputs, labels, scores])
}

/** `right`, `wrong` or nothing, by the frame. */
function judgementIn(bytes: Uint8Array): string | undefined {
  const png = PNG.sync.read(Buffer.from(bytes))
  const [red, green] = png.data.subarray(4 * (8 * png.width + 8))
  if (red === 21 && green === 128) return 'right'
  return red === 200 && green === 30 ? 'wrong' : undefined
}

describe('drawBatch', () => {
  it('judges each example', async () => {
    await withBatch(async (batch, scores) => {
      const { pngs } = await drawBatch(batch, scores)
      expect(pngs.map(judgementIn)).toEqual(['right', 'right', 'wrong', 'right'])
    })
  })

  it('tells of a label that is none of the classes', async () => {
    await withBatch(async (batch, scores) => {
      expect((await drawBatch(batch, scores)).strangeLabel).toBeUndefined()
      const labels = tf.tensor1d([0, 9, 2, 8], 'int32')
      const { pngs, strangeLabel } = await drawBatch({ ...batch, labels }, scores)
      expect(strangeLabel).toEqual({ label: 9, classCount: 4 })
      expect(pngs.map(judgementIn)).toEqual(['right', undefined, 'wrong', undefined])
      labels.dispose()
    })
  })

  it('draws no more than maxImages and reads each tensor once', async () => {
    await withBatch(async (batch, scores) => {
      const read = vi.spyOn(tf.backend(), 'read')
      expect((await drawBatch(batch, { scores }, { maxImages: 3 })).pngs).toHaveLength(3)
      expect(read).toHaveBeenCalledTimes(3)
    })
  })

  it('reads only what it writes', async () => {
    await withBatch(async (batch, scores) => {
      const read = vi.spyOn(tf.backend(), 'read')
      const nothing = { drawGt: false, drawPred: false, maxImages: 1 }
      const [bare] = (await drawBatch(batch, scores, nothing)).pngs
      expect(read).toHaveBeenCalledTimes(1)
      const [predicted] = (await drawBatch(batch, scores, { drawGt: false, maxImages: 1 })).pngs
      expect(judgementIn(predicted ?? new Uint8Array())).toBeUndefined()
      const heights = [bare, predicted].map((png) => PNG.sync.read(Buffer.from(png ?? '')).height)
      expect(heights).toEqual([220, 240])
    })
  })

  it('names classes that the font can draw', async () => {
    await withBatch(async (batch, scores) => {
      const drawnWith = async (classes: string[]) =>
        Buffer.from((await drawBatch(batch, scores, { classes })).pngs[0] ?? [])
      expect(await drawnWith(['猫', '犬', '魚', '鳥'])).toEqual(await drawnWith(['0', '1', '2', '3']))
      expect(await drawnWith(['cat', 'dog', 'eel', 'owl'])).not.toEqual(await drawnWith(['0', '1', '2', '3']))
    })
  })

  it('draws what it can of other predictions', async () => {
    await withBatch(async ({ inputs }) => {
      const masks = tf.zeros([4, 2, 2, 5])
      for (const predictions of [
        undefined,
        null,
        3,
        'text',
        {},
        [],
        [1],
        masks,
        { boxes: masks },
        [masks, masks],
      ]) {
        expect((await drawBatch({ inputs }, predictions)).pngs).toHaveLength(4)
      }
      masks.dispose()
    })
  })

  it('draws nothing of a batch without examples', async () => {
    const inputs = tf.zeros([0, 2, 2, 1])
    expect((await drawBatch({ inputs }, undefined)).pngs).toEqual([])
    inputs.dispose()
  })

  it.each([
    [
      { images: 'x' },
      /in the field 'x', but found \{ inputs: float32 \[4, 2, 2, 1\], labels: int32 \[4\] \}.*`images`/,
    ],
    [{ labels: 'classes' }, /in the field 'classes'.*`labels`/],
    [{ scores: 'logits' }, /in the field 'logits', but found \{ scores: .*`scores`/],
  ])('refuses %j, which names what is not there', async (options, message) => {
    await withBatch(async (batch, scores) => {
      const failure = drawBatch(batch, { scores }, options)
      await expect(failure).rejects.toThrow(message)
      await expect(failure).rejects.toMatchObject({ code: 'HL_VISUALIZATION_FIELD' })
    })
  })
})
