import { paramSchedulerRegistry } from '@hookloop/core'
import { packageInfo } from './package-info.js'
import {
  ReduceOnPlateauLR,
  ReduceOnPlateauMomentum,
  type ReduceOnPlateauOptions,
  reduceOnPlateauSchema,
} from './reduce-on-plateau.js'
import { ConstantLR, ConstantMomentum, type ConstantOptions, constantSchema } from './rules/constant.js'
import {
  CosineAnnealingLR,
  CosineAnnealingMomentum,
  type CosineAnnealingOptions,
  cosineAnnealingSchema,
} from './rules/cosine-annealing.js'
import {
  CosineRestartLR,
  CosineRestartMomentum,
  type CosineRestartOptions,
  cosineRestartSchema,
} from './rules/cosine-restart.js'
import { CyclicLR, CyclicMomentum, type CyclicOptions, cyclicSchema } from './rules/cyclic.js'
import {
  ExponentialLR,
  ExponentialMomentum,
  type ExponentialOptions,
  exponentialSchema,
} from './rules/exponential.js'
import { InvLR, type InvOptions, invSchema } from './rules/inv.js'
import { LinearLR, LinearMomentum, type LinearOptions, linearSchema } from './rules/linear.js'
import { MultiStepLR, MultiStepMomentum, type MultiStepOptions, multiStepSchema } from './rules/multi-step.js'
import { OneCycleLR, type OneCycleOptions, oneCycleSchema } from './rules/one-cycle.js'
import {
  OneCycleMomentum,
  type OneCycleMomentumOptions,
  oneCycleMomentumSchema,
} from './rules/one-cycle-momentum.js'
import { PolyLR, PolyMomentum, type PolyOptions, polySchema } from './rules/poly.js'
import { StepLR, StepMomentum, type StepOptions, stepSchema } from './rules/step.js'

declare module '@hookloop/core' {
  interface ParamSchedulerConfigs {
    ConstantLR: ConstantOptions
    ConstantMomentum: ConstantOptions
    LinearLR: LinearOptions
    LinearMomentum: LinearOptions
    StepLR: StepOptions
    StepMomentum: StepOptions
    MultiStepLR: MultiStepOptions
    MultiStepMomentum: MultiStepOptions
    ExponentialLR: ExponentialOptions
    ExponentialMomentum: ExponentialOptions
    CosineAnnealingLR: CosineAnnealingOptions
    CosineAnnealingMomentum: CosineAnnealingOptions
    PolyLR: PolyOptions
    PolyMomentum: PolyOptions
    CosineRestartLR: CosineRestartOptions
    CosineRestartMomentum: CosineRestartOptions
    OneCycleLR: OneCycleOptions
    OneCycleMomentum: OneCycleMomentumOptions
    CyclicLR: CyclicOptions
    CyclicMomentum: CyclicOptions
    InvLR: InvOptions
    ReduceOnPlateauLR: ReduceOnPlateauOptions
    ReduceOnPlateauMomentum: ReduceOnPlateauOptions
  }
}

const registry = paramSchedulerRegistry
registry.register('ConstantLR', ConstantLR, packageInfo, { options: constantSchema })
registry.register('ConstantMomentum', ConstantMomentum, packageInfo, { options: constantSchema })
registry.register('LinearLR', LinearLR, packageInfo, { options: linearSchema })
registry.register('LinearMomentum', LinearMomentum, packageInfo, { options: linearSchema })
registry.register('StepLR', StepLR, packageInfo, { options: stepSchema })
registry.register('StepMomentum', StepMomentum, packageInfo, { options: stepSchema })
registry.register('MultiStepLR', MultiStepLR, packageInfo, { options: multiStepSchema })
registry.register('MultiStepMomentum', MultiStepMomentum, packageInfo, { options: multiStepSchema })
registry.register('ExponentialLR', ExponentialLR, packageInfo, { options: exponentialSchema })
registry.register('ExponentialMomentum', ExponentialMomentum, packageInfo, { options: exponentialSchema })
registry.register('CosineAnnealingLR', CosineAnnealingLR, packageInfo, { options: cosineAnnealingSchema })
registry.register('CosineAnnealingMomentum', CosineAnnealingMomentum, packageInfo, {
  options: cosineAnnealingSchema,
})
registry.register('PolyLR', PolyLR, packageInfo, { options: polySchema })
registry.register('PolyMomentum', PolyMomentum, packageInfo, { options: polySchema })
registry.register('CosineRestartLR', CosineRestartLR, packageInfo, { options: cosineRestartSchema })
registry.register('CosineRestartMomentum', CosineRestartMomentum, packageInfo, {
  options: cosineRestartSchema,
})
registry.register('OneCycleLR', OneCycleLR, packageInfo, { options: oneCycleSchema })
registry.register('OneCycleMomentum', OneCycleMomentum, packageInfo, { options: oneCycleMomentumSchema })
registry.register('CyclicLR', CyclicLR, packageInfo, { options: cyclicSchema })
registry.register('CyclicMomentum', CyclicMomentum, packageInfo, { options: cyclicSchema })
registry.register('InvLR', InvLR, packageInfo, { options: invSchema })
registry.register('ReduceOnPlateauLR', ReduceOnPlateauLR, packageInfo, { options: reduceOnPlateauSchema })
registry.register('ReduceOnPlateauMomentum', ReduceOnPlateauMomentum, packageInfo, {
  options: reduceOnPlateauSchema,
})

export type { PlateauState } from './reduce-on-plateau.js'
export type { Rule, RuleMaker, RuleStep } from './rule.js'
export { RuleScheduler, type ScheduleKind } from './rule-scheduler.js'
export type { ScheduleOptions } from './schedule-options.js'
export type { ScheduledParam } from './scheduled-param.js'
export type { Window } from './window.js'
export type {
  ConstantOptions,
  CosineAnnealingOptions,
  CosineRestartOptions,
  CyclicOptions,
  ExponentialOptions,
  InvOptions,
  LinearOptions,
  MultiStepOptions,
  OneCycleMomentumOptions,
  OneCycleOptions,
  PolyOptions,
  ReduceOnPlateauOptions,
  StepOptions,
}
export {
  ConstantLR,
  ConstantMomentum,
  CosineAnnealingLR,
  CosineAnnealingMomentum,
  CosineRestartLR,
  CosineRestartMomentum,
  CyclicLR,
  CyclicMomentum,
  ExponentialLR,
  ExponentialMomentum,
  InvLR,
  LinearLR,
  LinearMomentum,
  MultiStepLR,
  MultiStepMomentum,
  OneCycleLR,
  OneCycleMomentum,
  PolyLR,
  PolyMomentum,
  ReduceOnPlateauLR,
  ReduceOnPlateauMomentum,
  StepLR,
  StepMomentum,
}
