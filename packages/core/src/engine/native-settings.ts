import { platform } from '#platform'
import { checkOptions } from '../registry/check-options.js'
import type { MeasuredSettings } from '../tuning/measured-settings.js'
import { engineConfigSchema } from './engine-config-schema.js'
import { type EngineConfig, settingsOf } from './engine-settings.js'

// Native TensorFlow is loaded once in a process: what was measured for it holds for all who come later.
let measured: MeasuredSettings | undefined

/** What was measured for the settings in force; undefined where nothing was asked to be. */
export function measuredSettings(): MeasuredSettings | undefined {
  return measured
}

/**
 * Sets what a config says, before native TensorFlow is loaded.
 * @returns what the user should hear: that settings have no effect and why, or overrule others
 * @throws `HL_CONFIG`
 */
export async function prepareSettings(
  config: EngineConfig,
  say: (line: string) => void,
): Promise<string | undefined> {
  checkOptions('engine', engineConfigSchema, config)
  const isFirst = config.settings === 'auto' && measured === undefined
  if (isFirst) measured = await platform.measureSettings(config, say)
  const chosen = config.settings === 'auto' ? measured?.settings : undefined
  const complaint = platform.applySettings({ ...chosen, ...settingsOf(config) })
  return complaint ?? (isFirst ? measured?.warning : undefined)
}
