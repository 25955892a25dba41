import { decodeCheckpoint, disposeTensors, MessageHub, type StateDict } from '@hookloop/core'
import { buildModel } from '@hookloop-examples/mnist/model'
import type { FromWorker, Predictions } from '../messages.js'
import { curvesOf } from './curves.js'
import type { SampleDigits } from './samples.js'

/** How long a whole run is. */
export interface RunLength {
  readonly maxEpochs: number
  readonly itersPerEpoch: number
}

/**
 * What the page shows of a checkpoint before training goes on.
 * @throws `HL_CHECKPOINT_DAMAGED`, and `HL_STATE_MISMATCH` for one of another model
 */
export async function describeCheckpoint(
  name: string,
  bytes: Uint8Array,
  { maxEpochs, itersPerEpoch }: RunLength,
  samples: SampleDigits,
): Promise<FromWorker[]> {
  const checkpoint = await decodeCheckpoint(bytes, name)
  try {
    const { meta, messageHub, stateDict } = checkpoint
    const hub = new MessageHub(name)
    if (messageHub !== undefined) hub.loadStateDict(messageHub)
    const { epoch, iter } = meta
    const place = { epoch, maxEpochs, iter, maxIters: maxEpochs * itersPerEpoch }
    return [
      { type: 'curves', curves: curvesOf(hub, itersPerEpoch) },
      { type: 'progress', progress: { ...place, itersPerSecond: undefined, secondsLeft: undefined } },
      { type: 'predictions', predictions: await predictionsOf(stateDict, samples) },
      { type: 'phase', phase: epoch >= maxEpochs ? 'finished' : 'saved' },
    ]
  } finally {
    disposeTensors({ ...checkpoint })
  }
}

async function predictionsOf(stateDict: StateDict, samples: SampleDigits): Promise<Predictions> {
  const model = buildModel()
  try {
    model.loadStateDict(stateDict)
    return await samples.predict(model)
  } finally {
    model.dispose()
  }
}
