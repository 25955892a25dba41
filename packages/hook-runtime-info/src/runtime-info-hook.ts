import {
  type DataBatch,
  Hook,
  version as hookloopVersion,
  type Metrics,
  modeKey,
  type Runner,
  type StepOutputs,
} from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** Puts what is known of a run into the message hub: where it stands, learning rates, losses, metrics. */
export class RuntimeInfoHook extends Hook {
  override readonly priority = 'VERY_HIGH'

  override beforeRun({ messageHub, cfgText, seed, experimentName }: Runner): void {
    messageHub.updateInfoDict({
      cfg: cfgText,
      seed,
      experiment_name: experimentName,
      hookloop_version: hookloopVersion,
    })
  }

  override beforeTrain(runner: Runner): void {
    const { messageHub, epoch, iter, maxEpochs, maxIters, trainDataLoader } = runner
    messageHub.updateInfoDict({
      loop_stage: 'train',
      epoch,
      iter,
      max_epochs: maxEpochs,
      max_iters: maxIters,
    })
    const metainfo = trainDataLoader?.dataset.metainfo
    if (metainfo !== undefined) messageHub.updateInfo('dataset_meta', metainfo)
  }

  override beforeTrainEpoch({ messageHub, epoch }: Runner): void {
    messageHub.updateInfo('epoch', epoch)
  }

  override beforeTrainIter({ messageHub, iter, optimWrapper }: Runner): void {
    messageHub.updateInfo('iter', iter)
    const rates = optimWrapper?.getLr()
    for (const name in rates) {
      const rate = rates[name]?.[0]
      if (rate !== undefined) messageHub.updateScalar(modeKey('train', name), rate)
    }
  }

  override afterTrainIter(
    runner: Runner,
    _batchIdx: number,
    _dataBatch: DataBatch,
    outputs: StepOutputs,
  ): void {
    for (const name in outputs) {
      const value = outputs[name]
      if (value !== undefined) runner.messageHub.updateScalar(modeKey('train', name), value)
    }
  }

  /** Scalars are noted as tensors, which nobody reads before a log line. */
  override nextNeed(): number {
    return Number.POSITIVE_INFINITY
  }

  override beforeVal({ messageHub }: Runner): void {
    messageHub.updateInfo('loop_stage', 'val')
  }

  override afterValEpoch({ messageHub }: Runner, metrics: Metrics): void {
    noteMetrics(messageHub, 'val', metrics)
  }

  override afterVal(runner: Runner): void {
    leaveStage(runner)
  }

  override beforeTest({ messageHub }: Runner): void {
    messageHub.updateInfo('loop_stage', 'test')
  }

  override afterTestEpoch({ messageHub }: Runner, metrics: Metrics): void {
    noteMetrics(messageHub, 'test', metrics)
  }

  override afterTest(runner: Runner): void {
    leaveStage(runner)
  }
}

function leaveStage({ messageHub, trainLoop }: Runner): void {
  if (trainLoop === undefined) messageHub.popInfo('loop_stage')
  else messageHub.updateInfo('loop_stage', 'train')
}

/** Single numbers become scalars over time; everything else is a fact. */
function noteMetrics(hub: Runner['messageHub'], mode: 'val' | 'test', metrics: Metrics): void {
  for (const [name, value] of Object.entries(metrics)) {
    const key = `${mode}/${name}`
    const scalar = scalarOf(value)
    if (scalar === undefined) hub.updateInfo(key, value)
    else hub.updateScalar(key, scalar)
  }
}

/** A number, also as an array or tensor of one. */
function scalarOf(value: unknown): number | Tensor | undefined {
  if (typeof value === 'number') return value
  if (value instanceof Tensor) return value.size === 1 ? value : undefined
  if (!isNumbers(value)) return undefined
  const [first, ...others] = value
  return others.length === 0 ? first : undefined
}

function isNumbers(value: unknown): value is Iterable<number> {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}
