import {
  type Gradients,
  type ModelParameters,
  NonFiniteLossError,
  type OptimStepListener,
  type OptimWrapper,
  optimWrapperRegistry,
  type ParamGroup,
} from '@hookloop/core'
import { mul, type Scalar, sub, tidy, variableGrads } from '@tensorflow/tfjs-core'
import { packageInfo } from '../package-info.js'

declare module '@hookloop/core' {
  interface OptimWrapperConfigs {
    PlainDescent: PlainDescentOptions
  }
}

/** Options of {@link PlainDescent}. */
export interface PlainDescentOptions {
  /** Default 0.1. */
  readonly lr?: number
}

/**
 * The least that trains: `parameter -= lr * gradient`. An optimizer wrapper without state, for tests of hooks that must not
 * hang on a package of optimizers; hooks at `beforeOptimStep` and `afterOptimStep` are served.
 */
export class PlainDescent implements OptimWrapper {
  readonly paramGroups: ParamGroup[]
  stepListener: OptimStepListener = {}

  constructor(model: ModelParameters, { lr = 0.1 }: PlainDescentOptions = {}) {
    const params = Object.entries(model.parameters()).map(([name, variable]) => ({ name, variable }))
    this.paramGroups = [{ params, lr, initialLr: lr }]
  }

  updateParams(loss: () => Scalar): Scalar {
    const params = this.paramGroups
      .flatMap(({ params }) => params)
      .filter(({ variable }) => variable.trainable)
    const { value, grads } = variableGrads(
      loss,
      params.map(({ variable }) => variable),
    )
    const [read = Number.NaN] = value.dataSync()
    if (!Number.isFinite(read)) throw new NonFiniteLossError(read, 'PlainDescent')
    const gradients: Gradients = {}
    for (const { name, variable } of params) {
      const gradient = grads[variable.name]
      if (gradient !== undefined) gradients[name] = gradient
    }
    this.stepListener.beforeStep?.(gradients)
    this.stepListener.beginUpdate?.()
    for (const { params, lr } of this.paramGroups) {
      for (const { name, variable } of params) {
        const gradient = gradients[name]
        if (gradient !== undefined) tidy(() => variable.assign(sub(variable, mul(gradient, lr))))
      }
    }
    this.stepListener.afterStep?.()
    return value
  }

  initializeCountStatus(): void {}

  getLr(): Record<string, readonly number[]> {
    return { lr: this.paramGroups.map(({ lr }) => lr) }
  }

  getMomentum(): Record<string, readonly number[]> {
    return { momentum: this.paramGroups.map(() => 0) }
  }

  stateDict() {
    return { lr: this.paramGroups.map(({ lr }) => lr) }
  }

  loadStateDict({ lr }: { lr?: unknown }): void {
    const rates: readonly unknown[] = Array.isArray(lr) ? lr : []
    this.paramGroups.forEach((group, index) => {
      const rate = rates[index]
      if (typeof rate === 'number') group.lr = rate
    })
  }

  dispose(): void {}
}

optimWrapperRegistry.register('PlainDescent', PlainDescent, packageInfo)
