import fc from 'fast-check'

const float = (min: number, max: number) =>
  fc
    .float({ min: Math.fround(min), max: Math.fround(max), noNaN: true })
    .map((value) => (Math.abs(value) < 1e-3 ? 0.25 : value))
const decay = fc.constantFrom(0, 0.5, 0.9, 0.99)
const decays = fc.tuple(decay, fc.constantFrom(0.5, 0.9, 0.999))
const eps = fc.constantFrom(1e-8, 1e-4)
const flag = fc.boolean()
const common = {
  lr: fc.constantFrom(0, 1e-3, 0.02),
  weightDecay: fc.constantFrom(0, 0.05),
  maximize: flag,
}

/** Options of every optimizer, each of them sometimes left out. */
export const arbitraryOptions: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  SGD: fc
    .record(
      { ...common, momentum: decay, dampening: fc.constantFrom(0, 0.3), nesterov: flag },
      { requiredKeys: [] },
    )
    .map((options) =>
      (options.momentum ?? 0) > 0 && !options.dampening ? options : { ...options, nesterov: false },
    ),
  Adam: record({ betas: decays, eps, amsgrad: flag, decoupledWeightDecay: flag }),
  AdamW: record({ betas: decays, eps, amsgrad: flag }),
  // Cancellation makes the centered root of tiny spreads a matter of luck in float32.
  RMSprop: record({
    alpha: fc.constantFrom(0.5, 0.9),
    eps: fc.constant(0.1),
    momentum: decay,
    centered: flag,
  }),
  Adagrad: record({
    lrDecay: fc.constantFrom(0, 0.1),
    initialAccumulatorValue: fc.constantFrom(0, 0.5),
    eps,
  }),
  Adadelta: record({ rho: decay, eps: fc.constantFrom(1e-6, 1e-3) }),
  Adamax: record({ betas: decays, eps }),
  NAdam: record({
    betas: decays,
    eps,
    momentumDecay: fc.constantFrom(0, 4e-3, 0.1),
    decoupledWeightDecay: flag,
  }),
  RAdam: record({ betas: decays, eps, decoupledWeightDecay: flag }),
  Lion: record({ betas: fc.tuple(fc.constantFrom(0.3, 0.9), fc.constantFrom(0.5, 0.99)) }),
}

function record(entries: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record<Record<string, unknown>>({ ...common, ...entries }, { requiredKeys: [] })
}

/** Two parameters, and gradients for some steps; the second parameter misses some of them. */
export const trajectories = fc.record({
  initial: fc.record({
    a: fc.array(float(-2, 2), { minLength: 3, maxLength: 3 }),
    b: fc.array(float(-2, 2), { minLength: 1, maxLength: 1 }),
  }),
  gradients: fc.array(
    fc.record({
      a: fc.array(float(-3, 3), { minLength: 3, maxLength: 3 }),
      b: fc.option(fc.array(float(-3, 3), { minLength: 1, maxLength: 1 }), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
})
