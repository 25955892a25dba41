/** What random numbers are for. Each purpose has a number that follows the seed, so that no two share a stream. */
export const randomStreams = {
  /** `order, epoch`: the order of examples. */
  order: 1,
  /** `example, epoch, index`: what a dataset draws for one example. */
  example: 2,
  /** `batch, epoch, batch index`: what a dataset draws for one batch. */
  batch: 3,
  /** `model`: what is drawn while a model is made. */
  model: 4,
  /** `initWeights`: what is drawn while a model sets its initial weights. */
  initWeights: 5,
  /** `…Step, iteration, batch index`: what a step draws, such as dropout. */
  trainStep: 6,
  valStep: 7,
  testStep: 8,
} as const
