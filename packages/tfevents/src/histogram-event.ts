import { histogramOf } from './histogram.js'
import { writeMessage } from './message.js'
import { encodeSummary, type SummaryPlace } from './summary.js'

// Field numbers of TensorFlow's summary.proto and histogram.proto.
const valueHistogram = 5
const fields = { min: 1, max: 2, num: 3, sum: 4, sumSquares: 5, bucketLimit: 6, bucket: 7 } as const

/** Values whose distribution is to be shown. */
export interface HistogramOptions extends SummaryPlace {
  /** At least one; all finite. */
  values: ArrayLike<number>
}

/**
 * The record of a histogram in TensorFlow's buckets.
 * @throws TfeventsError `HL_TFEVENTS_HISTOGRAM`, `HL_TFEVENTS_TAG`, `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function histogramEvent(options: HistogramOptions): Uint8Array<ArrayBuffer> {
  const histogram = histogramOf(options.values, options.tag)
  return encodeSummary(options, (writer) => {
    writeMessage(writer, valueHistogram, () => {
      writer.writeDoubleField(fields.min, histogram.min)
      writer.writeDoubleField(fields.max, histogram.max)
      writer.writeDoubleField(fields.num, histogram.num)
      writer.writeDoubleField(fields.sum, histogram.sum)
      writer.writeDoubleField(fields.sumSquares, histogram.sumSquares)
      writer.writePackedDouble(fields.bucketLimit, histogram.limits)
      writer.writePackedDouble(fields.bucket, histogram.counts)
    })
  })
}
