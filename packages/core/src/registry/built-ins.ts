import { DefaultSampler } from '../data/default-sampler.js'
import { InfiniteSampler } from '../data/infinite-sampler.js'
import { defaultSamplerSchema, infiniteSamplerSchema } from '../data/sampler-schemas.js'
import { Accuracy } from '../evaluation/accuracy.js'
import { accuracySchema } from '../evaluation/accuracy-schema.js'
import { EpochBasedTrainLoop } from '../loop/epoch-train-loop.js'
import { IterBasedTrainLoop } from '../loop/iter-train-loop.js'
import { packageInfo } from '../package-info.js'
import { epochTrainSchema, iterTrainSchema } from '../runner/option-schema.js'
import { LocalVisBackend } from '../visualization/local-vis-backend.js'
import { localVisBackendSchema, visualizerSchema } from '../visualization/schemas.js'
import { Visualizer } from '../visualization/visualizer.js'
import {
  loopRegistry,
  metricRegistry,
  samplerRegistry,
  visBackendRegistry,
  visualizerRegistry,
} from './registries.js'

samplerRegistry.register('DefaultSampler', DefaultSampler, packageInfo, { options: defaultSamplerSchema })
samplerRegistry.register('InfiniteSampler', InfiniteSampler, packageInfo, { options: infiniteSamplerSchema })
loopRegistry.register('EpochBasedTrainLoop', EpochBasedTrainLoop, packageInfo, { options: epochTrainSchema })
loopRegistry.register('IterBasedTrainLoop', IterBasedTrainLoop, packageInfo, { options: iterTrainSchema })
metricRegistry.register('Accuracy', Accuracy, packageInfo, { options: accuracySchema })
visualizerRegistry.register('Visualizer', Visualizer, packageInfo, {
  options: visualizerSchema,
  nested: (option) => (option === 'visBackends' ? visBackendRegistry : undefined),
})
visBackendRegistry.register('LocalVisBackend', LocalVisBackend, packageInfo, {
  options: localVisBackendSchema,
})
