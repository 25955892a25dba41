import { type DataBatch, disposeTensors, type Model } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ForgetfulWaiting, type Images, Pixels, Records, Waiting } from '../test/pixels.js'
import { ClassificationTTA, type ClassificationTTAOptions } from './index.js'

const rows = [
  [1, 2, 3],
  [6, 5, 1],
]

/** What a TTA model says of two images of three pixels in a row; it must leave no tensors behind. */
async function predictions(
  module: Model,
  options: ClassificationTTAOptions,
  pixels: readonly (readonly number[])[] = rows,
): Promise<Record<string, number[][]>> {
  const tta = new ClassificationTTA({ ...options, module })
  const inputs = tf.tensor4d(Float32Array.from(pixels.flat()), [pixels.length, 1, pixels[0]?.length ?? 0, 1])
  const before = tf.memory().numTensors
  try {
    const merged = await tta.testStep({ inputs, labels: 'of both' })
    const fields = merged instanceof tf.Tensor ? { tensor: merged } : Object(merged)
    const found: Record<string, number[][]> = {}
    for (const [name, scores] of Object.entries(fields)) {
      if (scores instanceof tf.Tensor) found[name] = asRows(scores)
    }
    expect(tf.memory().numTensors).toBe(before + Object.keys(found).length)
    tf.dispose(fields)
    return found
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    inputs.dispose()
    module.dispose?.()
  }
}

function asRows(scores: tf.Tensor): number[][] {
  const values = [...scores.dataSync()]
  const width = scores.shape.at(-1) ?? 1
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  )
}

const flips: ClassificationTTAOptions = { augmentations: ['Identity', 'HorizontalFlip'] }

describe('ClassificationTTA', () => {
  it('averages the scores of the views', async () => {
    expect(await predictions(new Pixels(), flips)).toEqual({
      tensor: [
        [2, 2, 2],
        [3.5, 5, 3.5],
      ],
    })
  })

  it('lets the views vote', async () => {
    const augmentations = ['Identity', 'HorizontalFlip', { type: 'Shift', x: -1 }] as const
    const { tensor = [] } = await predictions(new Pixels(), { augmentations, merge: 'vote' })
    // The best pixels: 2, 0, 1 of the first image, 0, 2, 0 of the second.
    expect(tensor.map((row) => row.map(Math.floor))).toEqual([
      [1, 1, 1],
      [2, 0, 1],
    ])
    // The means of the first image are 2, 7/3 and 4/3.
    expect(tensor[0]?.map((value) => Math.round((value % 1) * 3))).toEqual([1, 2, 0])
  })

  it('makes probabilities of logits first, where it is told', async () => {
    const { tensor = [] } = await predictions(new Pixels(), { ...flips, fromLogits: true }, [
      [0, Math.log(3)],
    ])
    expect(tensor[0]?.[0]).toBeCloseTo(0.5, 6)
    const plain = await predictions(new Pixels(), { augmentations: ['Identity'], fromLogits: true }, [
      [0, Math.log(3)],
    ])
    expect(plain.tensor?.[0]?.[0]).toBeCloseTo(0.25, 6)
  })

  it('takes one score per example for that of a second class', async () => {
    const one = (value: number) => tf.tensor2d([[value], [-value]])
    const model = new ClassificationTTA({
      module: new Pixels(),
      augmentations: ['Identity'],
      fromLogits: true,
    })
    const merged = tf.tidy(() => {
      const scores = model.mergePredictions([one(2), one(0)])
      return scores instanceof tf.Tensor ? [...scores.dataSync()] : []
    })
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))
    expect(merged[0]).toBeCloseTo((sigmoid(2) + 0.5) / 2, 6)
    expect(merged[1]).toBeCloseTo((sigmoid(-2) + 0.5) / 2, 6)
    const voting = new ClassificationTTA({ module: new Pixels(), augmentations: ['Identity'], merge: 'vote' })
    expect(() => tf.tidy(() => Object(voting.mergePredictions([one(2)])))).toThrow(
      /wants scores \[batch, classes\] of two classes or more.*HL_TTA_SHAPE/,
    )
  })

  it('merges the named fields of records, and those only', async () => {
    expect(await predictions(new Records(), flips)).toEqual({
      scores: [
        [2, 2, 2],
        [3.5, 5, 3.5],
      ],
    })
    expect(await predictions(new Records(), { ...flips, scores: ['scores', 'doubled'] })).toEqual({
      scores: [
        [2, 2, 2],
        [3.5, 5, 3.5],
      ],
      doubled: [
        [4, 4, 4],
        [7, 10, 7],
      ],
    })
  })

  it('waits for models whose steps wait, and frees what they were shown', async () => {
    expect(await predictions(new Waiting(), flips)).toEqual({
      scores: [
        [2, 2, 2],
        [3.5, 5, 3.5],
      ],
    })
  })

  it('says the same as the model where all views are equal', async () => {
    const images = fc.array(
      fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    const same = fc.constantFrom('Identity' as const, (batch: DataBatch) => ({ ...batch }))
    const views = fc.array(same, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(images, views, async (pixels, augmentations) => {
        const { tensor = [] } = await predictions(new Pixels(), { augmentations }, pixels)
        for (const [place, value] of pixels.flat().entries())
          expect(tensor.flat()[place]).toBeCloseTo(value, 4)
        const { tensor: votes = [] } = await predictions(
          new Pixels(),
          { augmentations, merge: 'vote' },
          pixels,
        )
        const best = (row: readonly number[]) => row.indexOf(Math.max(...row))
        expect(votes.map(best)).toEqual(pixels.map(best))
      }),
      { numRuns: 30 },
    )
  })

  it('frees the images of a view before it makes those of the next', async () => {
    const module = new Pixels()
    await predictions(module, { augmentations: Array.from({ length: 5 }, () => 'HorizontalFlip' as const) })
    const [first = 0] = module.tensorsBefore
    // Only the predictions so far are there besides.
    expect(module.tensorsBefore).toEqual([first, first + 1, first + 2, first + 3, first + 4])
  })

  it('takes functions of yours, which see the whole batch', async () => {
    const brighter = (batch: Images) => ({ ...batch, inputs: tf.add(batch.inputs, 2) })
    expect(await predictions(new Pixels(), { augmentations: ['Identity', brighter] })).toEqual({
      tensor: [
        [2, 3, 4],
        [7, 6, 2],
      ],
    })
  })
})

describe('ClassificationTTA, told something that makes no sense', () => {
  const batchOf = (returned: unknown): DataBatch => Object(returned)

  function twice({ inputs }: Images) {
    return { inputs: tf.concat([inputs, inputs]) }
  }
  const cut = ({ inputs }: Images) => ({ inputs: tf.slice(inputs, [0, 0, 0, 0], [-1, -1, 2, -1]) })
  const broken = (): DataBatch => {
    throw new Error('no film')
  }
  const late = () => batchOf(Promise.resolve({}))
  const aTensor = ({ inputs }: DataBatch) => batchOf(inputs)

  const gone = ({ inputs }: Images) => {
    const doubled = tf.mul(inputs, 2)
    doubled.dispose()
    return { inputs: doubled }
  }
  const listed = ({ inputs }: Images) => batchOf({ inputs: inputs.arraySync() })
  const nothing = (batch: DataBatch) => ({ ...batch, inputs: undefined })
  const later = ({ inputs }: Images) => batchOf({ inputs: Promise.resolve(inputs) })

  it.each<[string, Model, ClassificationTTAOptions, RegExp]>([
    ...[new Pixels(), new Waiting()].flatMap((model): [string, Model, ClassificationTTAOptions, RegExp][] => [
      [
        'a tensor that is disposed',
        model,
        { augmentations: ['Identity', gone] },
        /augmentation gone \(augmentations\[1\]\) put a tensor into the field 'inputs' that is disposed.*HL_TTA_AUGMENTATION/,
      ],
    ]),
    [
      'a list in the place of a tensor',
      new Pixels(),
      { augmentations: ['Identity', 'Identity', listed] },
      /augmentation listed \(augmentations\[2\]\) must keep a tensor in the field 'inputs', which was float32 \[2, 1, 3, 1\], but put list of 2 there/,
    ],
    [
      'nothing in the place of a tensor',
      new Pixels(),
      { augmentations: [nothing] },
      /augmentation nothing \(augmentations\[0\]\) must keep a tensor in the field 'inputs',.*but put undefined there/,
    ],
    [
      'a promise in the place of a tensor',
      new Pixels(),
      { augmentations: [later] },
      /augmentation later .*'inputs', .*but put a promise there/,
    ],
    [
      'another number of examples',
      new Pixels(),
      { augmentations: [twice] },
      /augmentation twice \(augmentations\[0\]\) changed the number of examples: 'inputs' was float32 \[2, 1, 3, 1\] and is float32 \[4, 1, 3, 1\].*HL_TTA_AUGMENTATION/,
    ],
    [
      'a promise',
      new Pixels(),
      { augmentations: [late] },
      /late \(augmentations\[0\]\) must return a batch at once.*returned a promise/,
    ],
    [
      'a tensor',
      new Pixels(),
      { augmentations: [aTensor] },
      /aTensor \(augmentations\[0\]\) must return a batch.*returned float32 \[2, 1, 3, 1\]/,
    ],
    [
      'an error',
      new Pixels(),
      { augmentations: ['Identity', broken] },
      /under the augmentation broken: no film.*HL_TTA_STEP/,
    ],
    [
      'unequal shapes',
      new Pixels(),
      { augmentations: ['Identity', cut] },
      /augmentations\[1\] are float32 \[2, 2\].*HL_TTA_SHAPE/,
    ],
    [
      'images elsewhere',
      new Pixels(),
      { augmentations: ['HorizontalFlip'], inputs: 'images' },
      /in the field 'images', but the batch is \{ inputs: float32 \[2, 1, 3, 1\], labels: string \}.*HL_TTA_FIELD/,
    ],
    [
      'other fields',
      new Records(),
      { ...flips, scores: 'score' },
      /field 'score', but they are \{ scores: .*HL_TTA_FIELD/,
    ],
    [
      'a step that waits unannounced',
      new ForgetfulWaiting(),
      flips,
      /testStep of ForgetfulWaiting returned a promise.*HL_STEP_ASYNC/,
    ],
    [
      'an error while waiting',
      new Waiting(),
      { augmentations: ['Identity', broken] },
      /under the augmentation broken: no film/,
    ],
    ['unequal shapes while waiting', new Waiting(), { augmentations: ['Identity', cut] }, /HL_TTA_SHAPE/],
  ])('explains %s, and leaves no tensors behind', async (_what, module, options, message) => {
    await expect(predictions(module, options)).rejects.toThrow(message)
  })

  it('wants a model that can be tested', () => {
    const options: object = flips
    expect(() => Reflect.construct(ClassificationTTA, [options])).toThrow(
      /ClassificationTTA needs `module`.*ttaCfg: \{ type: 'ClassificationTTA'.*HL_TTA_MODULE/,
    )
  })

  it.each([
    [{}, /ClassificationTTA\.augmentations: is missing; it must be a list of augmentations/],
    [{ augmentations: [] }, /augmentations: is \[\], but must hold at least one augmentation/],
    [
      { augmentations: ['HorizontalFlop'] },
      /augmentations\[0\]: is 'HorizontalFlop'.*Did you mean 'HorizontalFlip'\?/,
    ],
    [{ augmentations: ['Mirror'] }, /augmentations\[0\]: .*Registered: Identity, HorizontalFlip, .*Scale/],
    [
      { augmentations: ['Shift'] },
      /augmentations\[0\]: is 'Shift', but must be a config, since Shift needs options/,
    ],
    [{ augmentations: [3] }, /augmentations\[0\]: is 3, but must be a function batch => batch/],
    [{ augmentations: ['Identity'], merge: 'max' }, /merge: is 'max', but must be 'average' or 'vote'/],
    [{ augmentations: ['Identity'], scores: [] }, /scores: is \[\], but must be the name of a field/],
    [{ augmentations: ['Identity'], fromLogits: 1 }, /fromLogits: is 1, but must be true or false/],
    [{ augmentations: ['Identity'], inputs: '' }, /inputs: is ''/],
    [{ augmentations: ['Identity'], merges: 'vote' }, /merges: is not an option\. Did you mean 'merge'/],
  ])('refuses %j', (options, message) => {
    const module = new Pixels()
    expect(() => Reflect.construct(ClassificationTTA, [{ ...options, module }])).toThrow(message)
    module.dispose()
  })
})

describe('an augmentation that changes what it got', () => {
  const batch = () => ({ inputs: tf.tensor4d([1, 2, 3], [1, 1, 3, 1]) })

  it.each<[string, () => Model]>([
    ['at once', () => new Pixels()],
    ['with waiting', () => new Waiting()],
  ])('is named where it disposed a field, under a model that steps %s', async (_how, make) => {
    const module = make()
    const greedy = ({ inputs }: Images) => {
      const doubled = tf.mul(inputs, 2)
      inputs.dispose()
      return { inputs: doubled }
    }
    const tta = new ClassificationTTA({ module, augmentations: ['Identity', greedy, 'HorizontalFlip'] })
    const before = tf.memory().numTensors
    const { inputs } = batch()
    await expect((async () => tta.testStep({ inputs }))()).rejects.toThrow(
      /augmentation greedy \(augmentations\[1\]\) disposed the tensor in the field 'inputs'.*HL_TTA_AUGMENTATION/,
    )
    expect(tf.memory().numTensors).toBe(before)
    module.dispose?.()
  })

  it('may set fields: they are those of its own view', async () => {
    const module = new Pixels()
    const setting = (images: Images) => {
      images.inputs = tf.mul(images.inputs, 3)
      return images
    }
    const tta = new ClassificationTTA({ module, augmentations: [setting, 'Identity'] })
    const { inputs } = batch()
    const whole = { inputs }
    const scores = tta.testStep(whole)
    expect(scores instanceof tf.Tensor ? asRows(scores) : scores).toEqual([[2, 4, 6]])
    expect(whole.inputs).toBe(inputs)
    expect(inputs.isDisposed).toBe(false)
    disposeTensors([inputs, scores])
    module.dispose()
  })
})
