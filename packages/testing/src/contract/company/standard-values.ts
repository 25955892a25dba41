import { type DataBatch, Hook, type Metrics, type Runner, type StepOutputs } from '@hookloop/core'

/** Writes into the message hub what RuntimeInfoHook writes, and when it does. */
export class RuntimeValues extends Hook {
  override readonly priority = 'VERY_HIGH'

  override beforeTrain({ messageHub, epoch, iter, maxEpochs, maxIters }: Runner): void {
    messageHub.updateInfoDict({
      loop_stage: 'train',
      epoch,
      iter,
      max_epochs: maxEpochs,
      max_iters: maxIters,
    })
  }

  override beforeTrainEpoch({ messageHub, epoch }: Runner): void {
    messageHub.updateInfo('epoch', epoch)
  }

  override beforeTrainIter({ messageHub, iter, optimWrapper }: Runner): void {
    messageHub.updateInfo('iter', iter)
    messageHub.updateScalar('train/lr', optimWrapper?.getLr().lr?.[0] ?? 0)
  }

  override afterTrainIter(
    runner: Runner,
    _batchIdx: number,
    _dataBatch: DataBatch,
    outputs: StepOutputs,
  ): void {
    for (const [name, value] of Object.entries(outputs))
      runner.messageHub.updateScalar(`train/${name}`, value)
  }

  override afterValEpoch({ messageHub }: Runner, metrics: Metrics): void {
    noteNumbers(messageHub, 'val', metrics)
  }

  override afterTestEpoch({ messageHub }: Runner, metrics: Metrics): void {
    noteNumbers(messageHub, 'test', metrics)
  }
}

function noteNumbers(hub: Runner['messageHub'], mode: 'val' | 'test', metrics: Metrics): void {
  for (const [name, value] of Object.entries(metrics))
    if (typeof value === 'number') hub.updateScalar(`${mode}/${name}`, value)
}

/** Writes into the message hub what IterTimerHook writes. */
export class TimerValues extends Hook {
  override afterTrainIter({ messageHub, iter, maxIters }: Runner): void {
    messageHub.updateScalars({ 'train/data_time': 0.1, 'train/time': 1 + (iter % 3) })
    messageHub.updateInfo('eta', maxIters - iter - 1)
  }

  override afterValIter({ messageHub }: Runner): void {
    messageHub.updateScalars({ 'val/data_time': 0.1, 'val/time': 0.5 })
  }

  override afterTestIter({ messageHub }: Runner): void {
    messageHub.updateScalars({ 'test/data_time': 0.1, 'test/time': 0.5 })
  }
}
