import { writeMessage } from './message.js'
import { readPngHeader } from './png.js'
import { encodeSummary, type SummaryPlace } from './summary.js'

// Field numbers of TensorFlow's summary.proto.
const valueImage = 4
const image = { height: 1, width: 2, colorspace: 3, encoded: 4 } as const

/** A picture to show. */
export interface ImageOptions extends SummaryPlace {
  /** The bytes of a whole PNG file; width, height and colours are read from it. */
  png: Uint8Array
}

/**
 * The record of an image.
 * @throws TfeventsError `HL_TFEVENTS_PNG`, `HL_TFEVENTS_TAG`, `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function imageEvent(options: ImageOptions): Uint8Array<ArrayBuffer> {
  const { tag, png } = options
  const { width, height, colorspace } = readPngHeader(png, tag)
  return encodeSummary(options, (writer) => {
    writeMessage(writer, valueImage, () => {
      writer.writeVarintField(image.height, height)
      writer.writeVarintField(image.width, width)
      writer.writeVarintField(image.colorspace, colorspace)
      writer.writeBytesField(image.encoded, png)
    })
  })
}
