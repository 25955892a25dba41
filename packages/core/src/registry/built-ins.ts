import { DefaultSampler } from '../data/default-sampler.js'
import { InfiniteSampler } from '../data/infinite-sampler.js'
import { packageInfo } from '../package-info.js'
import { samplerRegistry } from './registries.js'

samplerRegistry.register('DefaultSampler', DefaultSampler, packageInfo)
samplerRegistry.register('InfiniteSampler', InfiniteSampler, packageInfo)
