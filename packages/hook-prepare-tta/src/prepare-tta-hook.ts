import {
  ConfigError,
  checkOptions,
  Hook,
  HookloopError,
  type Model,
  modelRegistry,
  type Runner,
  typedIssues,
} from '@hookloop/core'
import { type PrepareTTAHookOptions, prepareTTAHookSchema } from './options.js'

/** Wraps the model in a TTA model for the time of a test. */
export class PrepareTTAHook extends Hook {
  readonly options: PrepareTTAHookOptions
  #inTest: { readonly module: Model; readonly tta: Model } | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: PrepareTTAHookOptions) {
    super()
    checkOptions('PrepareTTAHook', prepareTTAHookSchema, options)
    const issues = typedIssues('PrepareTTAHook.ttaCfg', options.ttaCfg, modelRegistry)
    if (issues.length > 0) throw new ConfigError(issues)
    this.options = options
  }

  override beforeTest(runner: Runner): void {
    if (runner.hooks.entries.filter(({ name }) => name === 'PrepareTTAHook').length > 1) throw twice()
    // A test that somebody made within a run and whose failure he caught never came to its end.
    this.#putBack(runner)
    const { model: module } = runner
    const tta = buildTTAModel(this.options, module)
    runner.model = tta
    this.#inTest = { module, tta }
  }

  override afterTest(runner: Runner): void {
    this.#putBack(runner)
  }

  override onException(runner: Runner): void {
    this.#putBack(runner)
  }

  // What is trained, validated and saved next is the model itself; MMEngine leaves it wrapped.
  #putBack(runner: Runner): void {
    if (this.#inTest === undefined) return
    const { module, tta } = this.#inTest
    this.#inTest = undefined
    runner.model = module
    tta.dispose?.()
  }
}

function buildTTAModel({ ttaCfg }: PrepareTTAHookOptions, module: Model): Model {
  const config = { ...ttaCfg, module }
  const tta = modelRegistry.build(config)
  if (Reflect.get(tta, 'module') === module) return tta
  throw new HookloopError(
    'HL_TTA_MODEL',
    `ttaCfg names ${ttaCfg.type}, which does not test the model of the run: a TTA model extends BaseTTAModel, or ` +
      'keeps the model that its constructor gets as `module` in a field of that name',
  )
}

// Each would wrap the wrapper of the other, and put it back in the order in which they came.
function twice(): HookloopError {
  return new HookloopError(
    'HL_TTA_TWICE',
    'two PrepareTTAHooks are in this run; list the augmentations of both in one ttaCfg',
  )
}
