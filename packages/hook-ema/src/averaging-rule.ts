import type { EMAHookOptions } from './options.js'

/**
 * The share of the newest weights in the average at an averaging step: `average += share * (weights - average)`.
 * @param steps updates before this one
 * @param interval updates from one averaging step to the next
 */
export type AveragingRule = (steps: number, interval: number) => number

/** The rule that the options name. */
export function averagingRule(options: EMAHookOptions): AveragingRule {
  const { emaType = 'ExponentialMovingAverage', momentum = 0.0002, gamma = 100 } = options
  if (emaType === 'MomentumAnnealingEMA') return (steps) => Math.max(momentum, gamma / (gamma + steps))
  if (emaType === 'StochasticWeightAverage')
    return (steps, interval) => 1 / (Math.floor(steps / interval) + 1)
  return () => momentum
}
