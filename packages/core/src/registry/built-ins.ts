import * as v from 'valibot'
import { DefaultSampler } from '../data/default-sampler.js'
import { InfiniteSampler } from '../data/infinite-sampler.js'
import { Accuracy } from '../evaluation/accuracy.js'
import { EpochBasedTrainLoop } from '../loop/epoch-train-loop.js'
import { IterBasedTrainLoop } from '../loop/iter-train-loop.js'
import { packageInfo } from '../package-info.js'
import { epochTrainSchema, iterTrainSchema } from '../runner/option-schema.js'
import { loopRegistry, metricRegistry, samplerRegistry } from './registries.js'

const flag = v.optional(v.boolean('must be true or false'))
const seed = v.optional(v.pipe(v.number('must be a whole number'), v.safeInteger('must be a whole number')))
const depthMessage = 'must be a whole number above 0, such as 5, or a list of them'
const depth = v.pipe(v.number(depthMessage), v.integer(depthMessage), v.minValue(1, depthMessage))
const field = v.optional(v.string('must be the name of a field'))

samplerRegistry.register('DefaultSampler', DefaultSampler, packageInfo, {
  options: v.strictObject({ shuffle: flag, seed, roundUp: flag }),
})
samplerRegistry.register('InfiniteSampler', InfiniteSampler, packageInfo, {
  options: v.strictObject({ shuffle: flag, seed }),
})
loopRegistry.register('EpochBasedTrainLoop', EpochBasedTrainLoop, packageInfo, { options: epochTrainSchema })
loopRegistry.register('IterBasedTrainLoop', IterBasedTrainLoop, packageInfo, { options: iterTrainSchema })
metricRegistry.register('Accuracy', Accuracy, packageInfo, {
  options: v.strictObject({
    topk: v.optional(v.union([depth, v.pipe(v.array(depth), v.minLength(1, depthMessage))], depthMessage)),
    labels: field,
    scores: field,
    prefix: field,
  }),
})
