import { optimizerRegistry, optimWrapperRegistry, type RegistrationDetails } from '@hookloop/core'
import { Adadelta, type AdadeltaOptions, adadeltaDefaults, adadeltaSchema } from './optimizers/adadelta.js'
import { Adagrad, type AdagradOptions, adagradDefaults, adagradSchema } from './optimizers/adagrad.js'
import {
  Adam,
  type AdamOptions,
  AdamW,
  type AdamWOptions,
  adamDefaults,
  adamSchema,
  adamWDefaults,
  adamWSchema,
} from './optimizers/adam.js'
import { Adamax, type AdamaxOptions, adamaxDefaults, adamaxSchema } from './optimizers/adamax.js'
import { Lion, type LionOptions, lionDefaults, lionSchema } from './optimizers/lion.js'
import { NAdam, type NAdamOptions, nadamDefaults, nadamSchema } from './optimizers/nadam.js'
import { RAdam, type RAdamOptions, radamDefaults, radamSchema } from './optimizers/radam.js'
import { RMSprop, type RMSpropOptions, rmspropDefaults, rmspropSchema } from './optimizers/rmsprop.js'
import type { OptionsSchema } from './optimizers/settings.js'
import { SGD, type SGDOptions, sgdDefaults, sgdSchema } from './optimizers/sgd.js'
import { packageInfo } from './package-info.js'
import { AmpOptimWrapper, halfPrecision } from './wrapper/amp-optim-wrapper.js'
import {
  type OptimWrapperDictEntry,
  type OptimWrapperDictOptions,
  optimWrapperDictSchema,
} from './wrapper/dict-options.js'
import { OptimWrapper } from './wrapper/optim-wrapper.js'
import { OptimWrapperDict } from './wrapper/optim-wrapper-dict.js'
import { type OptimWrapperOptions, optimWrapperSchema } from './wrapper/options.js'

declare module '@hookloop/core' {
  interface OptimizerConfigs {
    SGD: SGDOptions
    Adam: AdamOptions
    AdamW: AdamWOptions
    RMSprop: RMSpropOptions
    Adagrad: AdagradOptions
    Adadelta: AdadeltaOptions
    Adamax: AdamaxOptions
    NAdam: NAdamOptions
    RAdam: RAdamOptions
    Lion: LionOptions
  }
  interface OptimWrapperConfigs {
    OptimWrapper: OptimWrapperOptions
    OptimWrapperDict: OptimWrapperDictOptions
  }
}

/** A schema and its defaults, without those that a config cannot change. */
function detailsOf(
  options: { readonly entries: object } & OptionsSchema,
  defaults: object,
): Partial<RegistrationDetails> {
  const known = Object.entries(defaults).filter(([name]) => Object.hasOwn(options.entries, name))
  return { options, defaults: Object.fromEntries(known) }
}

optimizerRegistry.register('SGD', SGD, packageInfo, detailsOf(sgdSchema, sgdDefaults))
optimizerRegistry.register('Adam', Adam, packageInfo, detailsOf(adamSchema, adamDefaults))
optimizerRegistry.register('AdamW', AdamW, packageInfo, detailsOf(adamWSchema, adamWDefaults))
optimizerRegistry.register('RMSprop', RMSprop, packageInfo, detailsOf(rmspropSchema, rmspropDefaults))
optimizerRegistry.register('Adagrad', Adagrad, packageInfo, detailsOf(adagradSchema, adagradDefaults))
optimizerRegistry.register('Adadelta', Adadelta, packageInfo, detailsOf(adadeltaSchema, adadeltaDefaults))
optimizerRegistry.register('Adamax', Adamax, packageInfo, detailsOf(adamaxSchema, adamaxDefaults))
optimizerRegistry.register('NAdam', NAdam, packageInfo, detailsOf(nadamSchema, nadamDefaults))
optimizerRegistry.register('RAdam', RAdam, packageInfo, detailsOf(radamSchema, radamDefaults))
optimizerRegistry.register('Lion', Lion, packageInfo, detailsOf(lionSchema, lionDefaults))
optimWrapperRegistry.register('OptimWrapper', OptimWrapper, packageInfo, {
  options: optimWrapperSchema,
  defaults: { accumulativeCounts: 1, nonFiniteLoss: 'stop' },
  nested: (option) => (option === 'optimizer' ? optimizerRegistry : undefined),
})
optimWrapperRegistry.register('OptimWrapperDict', OptimWrapperDict, packageInfo, {
  options: optimWrapperDictSchema,
  nested: () => optimWrapperRegistry,
})
optimWrapperRegistry.register('AmpOptimWrapper', AmpOptimWrapper, packageInfo, { unavailable: halfPrecision })

export { type Arithmetic, Memory } from './optimizers/arithmetic.js'
export { ElementwiseOptimizer } from './optimizers/elementwise-optimizer.js'
export type { FusedUpdate } from './optimizers/native-updates.js'
export type { ParameterState, StateNumbers } from './optimizers/parameter-state.js'
export type { PlannedOptimizer, ScalarSource, UpdatePlan } from './optimizers/planned-optimizer.js'
export type { OptimizerSettings, OptionsSchema } from './optimizers/settings.js'
export { TensorOptimizer } from './optimizers/tensor-optimizer.js'
export type { Factors, FactorsAs, FactorValues } from './optimizers/update-plan.js'
export type { Update } from './optimizers/update-rule.js'
export type { CustomKeyCfg, ParamwiseCfg } from './paramwise/paramwise-cfg.js'
export { TfOptimizer } from './tf/tf-optimizer.js'
export type { ClipGradByNorm, ClipGradByValue, ClipGradOptions } from './wrapper/clip-gradients.js'
export {
  hasPlannedPasses,
  type Obstacle,
  type PassPlan,
  type PassTensors,
  type PlannedPasses,
} from './wrapper/planned-passes.js'
export {
  Adadelta,
  type AdadeltaOptions,
  Adagrad,
  type AdagradOptions,
  Adam,
  Adamax,
  type AdamaxOptions,
  type AdamOptions,
  AdamW,
  type AdamWOptions,
  Lion,
  type LionOptions,
  NAdam,
  type NAdamOptions,
  OptimWrapper,
  OptimWrapperDict,
  type OptimWrapperDictEntry,
  type OptimWrapperDictOptions,
  type OptimWrapperOptions,
  RAdam,
  type RAdamOptions,
  RMSprop,
  type RMSpropOptions,
  SGD,
  type SGDOptions,
}
