import { type DataBatch, describeTensors, HookloopError } from '@hookloop/core'
import { Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { type AugmentationEntry, augmentationRegistry, type BatchAugmentation } from './augmentation.js'

/** One way of looking at a batch. */
export interface View {
  /** For messages and for merging: the name of the augmentation with its options, or that of the function. */
  readonly name: string
  /**
   * The batch under this view; shares with `batch` what the augmentation left alone.
   * @throws `HL_TTA_AUGMENTATION` when the augmentation gave no batch, another number of examples, something else in
   * the place of a tensor, or disposed what is not its own
   */
  readonly of: BatchAugmentation
}

/**
 * The view that an entry of `augmentations` describes.
 * @param inputs the field with the images, for registered augmentations
 * @param index its place in the list, for functions without a name
 * @throws `HL_UNKNOWN_TYPE`, `HL_CONFIG`
 */
export function viewOf(entry: AugmentationEntry, inputs: string, index: number): View {
  const { name, augment } = typeof entry === 'function' ? named(entry, index) : registered(entry, inputs)
  const place = `augmentations[${index}]`
  const label = name === place ? place : `${name} (${place})`
  return {
    name,
    of: (batch) => {
      const before = Object.entries(batch).filter(([, value]) => isLive(value))
      // A copy, so that a function which sets a field sets its own.
      return checkedBatch(label, before, augment({ ...batch }))
    },
  }
}

interface NamedAugmentation {
  readonly name: string
  readonly augment: BatchAugmentation
}

function named(augment: BatchAugmentation, index: number): NamedAugmentation {
  return { name: augment.name || `augmentations[${index}]`, augment }
}

function registered(entry: Exclude<AugmentationEntry, BatchAugmentation>, inputs: string): NamedAugmentation {
  const { type, ...options } = typeof entry === 'string' ? { type: entry } : entry
  const augmentation = augmentationRegistry.build({ type, ...options })
  const texts = Object.entries(options).map(([key, value]) => `${key}: ${value}`)
  return {
    name: texts.length === 0 ? type : `${type} { ${texts.join(', ')} }`,
    augment: (batch) => ({ ...batch, [inputs]: augmentation.apply(imagesOf(batch, inputs)) }),
  }
}

function imagesOf(batch: DataBatch, field: string): Tensor4D {
  const images = batch[field]
  if (isImages(images)) return images
  throw new HookloopError(
    'HL_TTA_FIELD',
    `registered augmentations want images [batch, height, width, channels] in the field '${field}', but the batch is ` +
      `${describeTensors(batch)}; name the field in the option inputs of ttaCfg, or augment with a function of yours`,
  )
}

function isImages(value: unknown): value is Tensor4D {
  return value instanceof Tensor && value.rank === 4
}

/** @param before the fields with tensors, as the augmentation got them */
function checkedBatch(
  name: string,
  before: readonly (readonly [string, unknown])[],
  after: unknown,
): DataBatch {
  if (after instanceof Promise) after.catch(() => undefined)
  if (!isBatch(after)) {
    const found = after instanceof Promise ? 'a promise' : describeTensors(after)
    throw wrongBatch(name, `must return a batch at once, such as { ...batch, inputs }, but returned ${found}`)
  }
  for (const [field, tensor] of before) {
    if (!isLive(tensor)) {
      throw wrongBatch(
        name,
        `disposed the tensor in the field '${field}' of the batch, which the other views and the metrics need; dispose only what ` +
          'the augmentation made itself',
      )
    }
    if (field in after) checkField(name, field, tensor, after[field])
  }
  return after
}

function checkField(name: string, field: string, before: unknown, after: unknown): void {
  if (after instanceof Promise) after.catch(() => undefined)
  if (!(before instanceof Tensor)) return
  if (!(after instanceof Tensor)) {
    const found = after instanceof Promise ? 'a promise' : describeTensors(after)
    throw wrongBatch(
      name,
      `must keep a tensor in the field '${field}', which was ${describeTensors(before)}, but put ${found} there`,
    )
  }
  if (after.isDisposed) {
    throw wrongBatch(
      name,
      `put a tensor into the field '${field}' that is disposed; return it from its tf.tidy`,
    )
  }
  if (before.shape[0] === after.shape[0]) return
  throw wrongBatch(
    name,
    `changed the number of examples: '${field}' was ${describeTensors(before)} and is ${describeTensors(after)}; ` +
      'list one augmentation per view instead',
  )
}

function isLive(value: unknown): boolean {
  return value instanceof Tensor && !value.isDisposed
}

function isBatch(value: unknown): value is DataBatch {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Tensor || value instanceof Promise || Array.isArray(value))
  )
}

function wrongBatch(name: string, what: string): HookloopError {
  return new HookloopError('HL_TTA_AUGMENTATION', `the augmentation ${name} ${what}`)
}
