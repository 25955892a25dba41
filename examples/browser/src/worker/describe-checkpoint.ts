import { decodeCheckpoint, disposeTensors, MessageHub, type StateDict } from '@hookloop/core'
import { buildModel } from '@hookloop-examples/mnist/model'
import type { CheckpointFile, FromWorker, Phase, Predictions } from '../messages.js'
import { curvesOf } from './curves.js'
import { endAt } from './regular-end.js'
import { progressAt, type RunLength, resumed } from './run-length.js'
import type { SampleDigits } from './samples.js'

/** A checkpoint, and what the page shows of it before training goes on. */
export interface DescribedCheckpoint {
  readonly name: string
  readonly iter: number
  /** It holds the optimizer. */
  readonly isWhole: boolean
  readonly phase: Phase
  readonly messages: readonly FromWorker[]
}

/** @throws `HL_CHECKPOINT_DAMAGED`, and `HL_STATE_MISMATCH` for one of another model */
export async function describeCheckpoint(
  { name, bytes }: CheckpointFile,
  length: RunLength,
  samples: SampleDigits,
): Promise<DescribedCheckpoint> {
  const checkpoint = await decodeCheckpoint(bytes, name)
  try {
    const { meta, messageHub, stateDict, optimizer } = checkpoint
    const hub = new MessageHub(name)
    if (messageHub !== undefined) hub.loadStateDict(messageHub)
    const { epoch, iter } = meta
    const position = checkpoint.loop ?? { epoch, iter, batchInEpoch: 0, validationDue: false }
    const end = endAt(hub, iter)
    return {
      name,
      iter,
      isWhole: optimizer !== undefined,
      phase: end !== undefined || epoch >= length.maxEpochs ? 'finished' : 'saved',
      messages: [
        { type: 'curves', curves: curvesOf(hub, iter - position.batchInEpoch) },
        { type: 'progress', progress: progressAt(resumed(position, length), length) },
        { type: 'predictions', predictions: await predictionsOf(stateDict, samples) },
        ...(end === undefined ? [] : [{ type: 'tested', accuracy: end.accuracy } as const]),
      ],
    }
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
