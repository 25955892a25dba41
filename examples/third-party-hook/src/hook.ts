import { checkOptions, type Gradients, Hook, type Runner, type StateTree } from '@hookloop/core'
import { dispose } from '@tensorflow/tfjs-core'
import { byLayer, gradientStatistics, statistics } from './gradient-statistics.js'
import { type GradientStatisticsHookOptions, gradientStatisticsHookSchema } from './options.js'

/** Logs norm, mean, standard deviation, zeros and non-finite numbers of the gradients of each layer. */
export class GradientStatisticsHook extends Hook {
  // Hooks that change gradients have their turn before.
  override readonly priority = 'LOW'
  readonly #interval: number
  readonly #layers: RegExp
  /** Iterations that were done when each layer was looked at last. */
  readonly #seen = new Map<string, number>()

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: GradientStatisticsHookOptions = {}) {
    super()
    checkOptions('GradientStatisticsHook', gradientStatisticsHookSchema, options)
    this.#interval = options.interval ?? 50
    this.#layers = new RegExp(options.layers ?? '')
  }

  // Where gradients are accumulated, updates are rare; where a model has several optimizers, each brings its own layers.
  override beforeOptimStep(runner: Runner, gradients: Gradients): void {
    if (this.nextNeed(runner) > 1) return
    const done = runner.iter + 1
    for (const [layer, ofLayer] of byLayer(gradients)) {
      if (!this.#layers.test(layer) || done - (this.#seen.get(layer) ?? 0) < this.#interval) continue
      const scalars = gradientStatistics(ofLayer)
      // A slash would make a folder of the name where somebody makes a file of it.
      const name = layer.replaceAll('/', '.')
      for (const statistic of statistics)
        runner.messageHub.updateScalar(`train/grad.${name}.${statistic}`, scalars[statistic])
      dispose(scalars)
      this.#seen.set(layer, done)
    }
  }

  /** The layer that was looked at longest ago comes next. */
  override nextNeed(runner: Runner): number {
    const longestAgo = Math.min(...(this.#seen.size === 0 ? [0] : this.#seen.values()))
    return Math.max(1, longestAgo + this.#interval - runner.iter)
  }

  override stateDict(): StateTree {
    return { seen: Object.fromEntries(this.#seen) }
  }

  override loadStateDict({ seen }: StateTree): void {
    this.#seen.clear()
    for (const [layer, done] of Object.entries(seen ?? {}))
      if (typeof done === 'number') this.#seen.set(layer, done)
  }
}
