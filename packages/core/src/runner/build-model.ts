import { withSeededMathRandom } from '../data/random.js'
import { randomStreams } from '../data/random-streams.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Model } from '../model/model.js'
import { modelRegistry } from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import type { RunnerOptions } from './options.js'

/**
 * The model of the options; initial weights drawn while it is made depend on the seed only.
 * @throws `HL_MODEL_METHODS` when it lacks a method that the run needs
 */
export async function buildModel(options: RunnerOptions, seed: number): Promise<Model> {
  const { model } = options
  const seeds = [seed, randomStreams.model]
  let built: Model
  if (typeof model === 'function') built = await withSeededMathRandom(seeds, () => model())
  else if (isTypedConfig(model)) built = withSeededMathRandom(seeds, () => modelRegistry.build(model))
  else built = model
  checkMethods(built, options, 'the model that `model` made')
  return built
}

/** @throws `HL_MODEL_METHODS` when `model` lacks a method that the run needs */
export function checkMethods(model: Model, options: RunnerOptions, name: string): void {
  const missing = missingMethods(model, options)
  if (missing.length === 0) return
  throw new HookloopError('HL_MODEL_METHODS', `${name} has no ${missing.join(', ')}; ${remedyFor(model)}`)
}

function remedyFor(built: object | undefined): string {
  const isLayersModel = Array.isArray(Reflect.get(Object(built), 'layers'))
  return isLayersModel
    ? 'for a tf.LayersModel call fromLayersModel of @hookloop/layers'
    : 'extend BaseModel, or write what the Model contract wants'
}

/** Draws initial weights, where the model wants to do that itself. */
export async function initWeights(model: Model, seed: number): Promise<void> {
  if (model.initWeights === undefined) return
  await withSeededMathRandom([seed, randomStreams.initWeights], () => model.initWeights?.())
}

/** Methods that a run with these options calls and the model does not have. */
export function missingMethods(model: unknown, options: object): string[] {
  const needed = ['parameters', 'stateDict', 'loadStateDict']
  if (isGiven(options, 'trainCfg')) needed.push('trainStep')
  if (isGiven(options, 'valEvaluator')) needed.push('valStep')
  if (isGiven(options, 'testEvaluator')) needed.push('testStep')
  return needed.filter((name) => typeof Reflect.get(Object(model), name) !== 'function')
}

function isGiven(options: object, key: string): boolean {
  return Reflect.get(options, key) !== undefined
}
