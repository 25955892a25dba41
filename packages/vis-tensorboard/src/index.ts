import { visBackendRegistry } from '@hookloop/core'
import { type TensorboardVisBackendOptions, tensorboardVisBackendSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { TensorboardVisBackend } from './tensorboard-vis-backend.js'

declare module '@hookloop/core' {
  interface VisBackendConfigs {
    TensorboardVisBackend: TensorboardVisBackendOptions
  }
}

visBackendRegistry.register('TensorboardVisBackend', TensorboardVisBackend, packageInfo, {
  options: tensorboardVisBackendSchema,
})

export { TensorboardVisBackend, type TensorboardVisBackendOptions }
