import { modelRegistry, registerHook } from '@hookloop/core'
import { augmentationRegistry } from './augmentation.js'
import { plainSchema, rotate90Schema, scaleSchema, shiftSchema } from './augmentation-schemas.js'
import { ClassificationTTA } from './classification-tta.js'
import { HorizontalFlip, Identity, Rotate90, Scale, Shift, VerticalFlip } from './image-augmentations.js'
import { type PrepareTTAHookOptions, prepareTTAHookSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { PrepareTTAHook } from './prepare-tta-hook.js'
import { classificationTTASchema } from './tta-options.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    PrepareTTAHook: PrepareTTAHookOptions
  }
}

augmentationRegistry.register('Identity', Identity, packageInfo, { options: plainSchema })
augmentationRegistry.register('HorizontalFlip', HorizontalFlip, packageInfo, { options: plainSchema })
augmentationRegistry.register('VerticalFlip', VerticalFlip, packageInfo, { options: plainSchema })
augmentationRegistry.register('Rotate90', Rotate90, packageInfo, { options: rotate90Schema })
augmentationRegistry.register('Shift', Shift, packageInfo, { options: shiftSchema })
augmentationRegistry.register('Scale', Scale, packageInfo, { options: scaleSchema })
modelRegistry.register('ClassificationTTA', ClassificationTTA, packageInfo, {
  options: classificationTTASchema,
  nested: (option) => (option === 'augmentations' ? augmentationRegistry : undefined),
})
registerHook('PrepareTTAHook', PrepareTTAHook, packageInfo, {
  options: prepareTTAHookSchema,
  nested: (option) => (option === 'ttaCfg' ? modelRegistry : undefined),
})

export {
  type AugmentationConfigs,
  type AugmentationEntry,
  augmentationRegistry,
  type BatchAugmentation,
  type ImageAugmentation,
  type Rotate90Options,
  type ScaleOptions,
  type ShiftOptions,
} from './augmentation.js'
export { BaseTTAModel, type WithModule } from './base-tta-model.js'
export type { TTAModelConfigs } from './options.js'
export type { ClassificationTTAOptions, TTAOptions } from './tta-options.js'
export type { View } from './view.js'
export { ClassificationTTA, PrepareTTAHook, type PrepareTTAHookOptions }
