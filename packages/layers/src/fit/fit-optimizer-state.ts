import { type Checkpoint, Hook, type Runner } from '@hookloop/core'
import { type Optimizer, scalar, Tensor } from '@tensorflow/tfjs-core'

/** Saves and restores the state of an optimizer of `tf.train`, which it gives and takes by promises only. */
export class FitOptimizerState extends Hook {
  constructor(private readonly optimizer: Optimizer) {
    super()
  }

  override async beforeSaveCheckpoint(_runner: Runner, checkpoint: Checkpoint): Promise<void> {
    if (checkpoint.optimizer === undefined) return
    const [iterations, ...slots] = await this.optimizer.getWeights()
    iterations?.tensor.dispose()
    checkpoint.optimizer = {
      iterations: this.optimizer.iterations,
      names: slots.map(({ name }) => name),
      slots: slots.map(({ tensor }) => tensor),
    }
  }

  override async afterLoadCheckpoint(runner: Runner, { optimizer }: Checkpoint): Promise<void> {
    if (!runner.isResumed || optimizer === undefined) return
    const { iterations, names, slots } = optimizer
    if (typeof iterations !== 'number' || !Array.isArray(names) || !Array.isArray(slots)) {
      runner.logger.warn('the checkpoint holds no optimizer of tf.train: its state begins anew')
      return
    }
    const iter = { name: 'iter', tensor: scalar(iterations, 'int32') }
    const weights = slots.flatMap((tensor: unknown, index) =>
      tensor instanceof Tensor ? [{ name: String(names[index]), tensor }] : [],
    )
    try {
      await this.optimizer.setWeights([iter, ...weights])
    } finally {
      iter.tensor.dispose()
    }
  }
}
