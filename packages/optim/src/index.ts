import { optimizerRegistry, optimWrapperRegistry } from '@hookloop/core'
import { Adadelta, type AdadeltaOptions, adadeltaSchema } from './optimizers/adadelta.js'
import { Adagrad, type AdagradOptions, adagradSchema } from './optimizers/adagrad.js'
import {
  Adam,
  type AdamOptions,
  AdamW,
  type AdamWOptions,
  adamSchema,
  adamWSchema,
} from './optimizers/adam.js'
import { Adamax, type AdamaxOptions, adamaxSchema } from './optimizers/adamax.js'
import { Lion, type LionOptions, lionSchema } from './optimizers/lion.js'
import { NAdam, type NAdamOptions, nadamSchema } from './optimizers/nadam.js'
import { RAdam, type RAdamOptions, radamSchema } from './optimizers/radam.js'
import { RMSprop, type RMSpropOptions, rmspropSchema } from './optimizers/rmsprop.js'
import { SGD, type SGDOptions, sgdSchema } from './optimizers/sgd.js'
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

optimizerRegistry.register('SGD', SGD, packageInfo, { options: sgdSchema })
optimizerRegistry.register('Adam', Adam, packageInfo, { options: adamSchema })
optimizerRegistry.register('AdamW', AdamW, packageInfo, { options: adamWSchema })
optimizerRegistry.register('RMSprop', RMSprop, packageInfo, { options: rmspropSchema })
optimizerRegistry.register('Adagrad', Adagrad, packageInfo, { options: adagradSchema })
optimizerRegistry.register('Adadelta', Adadelta, packageInfo, { options: adadeltaSchema })
optimizerRegistry.register('Adamax', Adamax, packageInfo, { options: adamaxSchema })
optimizerRegistry.register('NAdam', NAdam, packageInfo, { options: nadamSchema })
optimizerRegistry.register('RAdam', RAdam, packageInfo, { options: radamSchema })
optimizerRegistry.register('Lion', Lion, packageInfo, { options: lionSchema })
optimWrapperRegistry.register('OptimWrapper', OptimWrapper, packageInfo, {
  options: optimWrapperSchema,
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
