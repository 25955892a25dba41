import type { RunnerOptions } from '@hookloop/core'

/**
 * Options on top of those of another config: each may be missing, plain objects are merged, lists and objects of classes
 * replace what was there.
 */
export type Overlay<Options> = Options extends (...args: never[]) => unknown
  ? Options
  : Options extends readonly unknown[]
    ? Options
    : Options extends object
      ? { readonly [Key in keyof Options]?: Overlay<Options[Key]> | null | undefined } & {
          /** Replaces the object of the base config instead of adding to it. */
          readonly _delete_?: boolean
        }
      : Options

/** The options of a Runner; `workDir` defaults to `work_dirs/<name of the config>`. */
export type ConfigOptions = Omit<RunnerOptions, 'workDir'> &
  Partial<Pick<RunnerOptions, 'workDir'>> & { readonly extends?: never }

/** What a config changes of the configs that it extends. */
export type ConfigOverlay = Overlay<RunnerOptions> & {
  /** Paths relative to this file, or packages; later ones win over earlier ones. */
  readonly extends: string | readonly string[]
}

/** What a config file exports: options, or a function that returns them. */
export type ConfigSource =
  | ConfigOptions
  | ConfigOverlay
  | (() => ConfigOptions | ConfigOverlay | Promise<ConfigOptions | ConfigOverlay>)

/**
 * Gives a config its types, so that an editor completes the options of exactly the hooks whose packages are imported
 * somewhere in the project; returns it as it is.
 *
 * ```ts
 * export default defineConfig({ extends: './base.ts', trainCfg: { maxEpochs: 24 } })
 * ```
 */
export function defineConfig(config: ConfigSource): ConfigSource {
  return config
}
