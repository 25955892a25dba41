import type { TypedConfig } from '@hookloop/core'
import * as v from 'valibot'
import type { ClassificationTTAOptions } from './tta-options.js'

/** Options of TTA models by name, without the model under test; packages and users add theirs. */
export interface TTAModelConfigs {
  ClassificationTTA: ClassificationTTAOptions
}

/** What a test wraps the model in. */
export interface PrepareTTAHookOptions {
  /** A registered TTA model with its options; the hook gives it the model of the run as `module`. */
  readonly ttaCfg: TypedConfig<TTAModelConfigs>
}

const message =
  "must be a config with a type, such as { type: 'ClassificationTTA', augmentations: ['Identity', 'HorizontalFlip'] }"

export const prepareTTAHookSchema = v.strictObject({
  ttaCfg: v.looseObject({ type: v.string(message) }, message),
})
