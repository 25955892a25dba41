import { type DataBatch, describeTensors, HookloopError } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import { captionFont } from './bitmap-font.js'
import { partOf, readRows } from './example-rows.js'
import type { NaiveVisualizationHookOptions } from './options.js'
import { drawPicture } from './picture.js'
import { readPictures } from './pixels.js'
import { type StrangeLabel, verdicts } from './verdict.js'

export type BatchPicturesOptions = Omit<NaiveVisualizationHookOptions, 'interval' | 'modes'>

/** What a batch shows. */
export interface BatchPictures {
  readonly pngs: readonly Uint8Array[]
  /** The first of them that is none of the classes. */
  readonly strangeLabel: StrangeLabel | undefined
}

/**
 * The first pictures of a batch as PNG files. Reads each tensor once, and of it only what is drawn.
 * @param predictions of the model; undefined where there are none, as in training
 * @throws `HL_VISUALIZATION_FIELD` for a field that is missing, `HL_VISUALIZATION_SHAPE` for what is no pictures
 */
export async function drawBatch(
  batch: DataBatch,
  predictions: unknown,
  options: BatchPicturesOptions = {},
): Promise<BatchPictures> {
  const { images = 'inputs', labels = 'labels', scores = 'scores' } = options
  const { maxImages = 8, drawGt = true, drawPred = true } = options
  const tensor = batch[images]
  if (!(tensor instanceof Tensor)) throw missing('images', images, 'a tensor', batch)
  const batchSize = tensor.shape[0] ?? 0
  if (batchSize === 0 && tensor.rank > 0) return { pngs: [], strangeLabel: undefined }
  const count = Math.min(batchSize, maxImages)
  const isPredicted = drawPred && predictions !== undefined
  // A default that fits nothing leaves its line out; a name that somebody wrote is meant.
  if (drawGt) checkField('labels', options.labels, batch)
  if (isPredicted) checkField('scores', options.scores, predictions)
  const [pictures, truth, prediction] = await Promise.all([
    readPictures(tensor, count, options),
    drawGt ? readRows(batch, labels, batchSize, count) : undefined,
    isPredicted ? readRows(predictions, scores, batchSize, count) : undefined,
  ])
  const said = verdicts(truth, prediction, options.classes?.map(drawableName))
  return {
    pngs: pictures.map((picture, index) => drawPicture(picture, said[index], options)),
    strangeLabel: said.find(({ strangeLabel }) => strangeLabel !== undefined)?.strangeLabel,
  }
}

// The number says more than the question marks that a name in an unknown script would become.
function drawableName(name: string, index: number): string {
  return captionFont.canDraw(name) ? name : String(index)
}

function checkField(option: string, name: string | undefined, container: unknown): void {
  if (name === undefined || partOf(container, name) !== undefined) return
  throw missing(option, name, 'something', container)
}

function missing(option: string, name: string, wanted: string, container: unknown): HookloopError {
  return new HookloopError(
    'HL_VISUALIZATION_FIELD',
    `NaiveVisualizationHook wants ${wanted} in the field '${name}', but found ${describeTensors(container)}; ` +
      `name another field with its option \`${option}\``,
  )
}
