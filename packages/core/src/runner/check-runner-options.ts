import { DataLoader } from '../data/data-loader.js'
import { dataLoaderSchema } from '../data/data-loader-schema.js'
import { noRecipe } from '../data/worker-crew.js'
import { engineConfigSchema, isEngineConfig } from '../engine/engine-config-schema.js'
import { ConfigError, type ConfigIssue } from '../errors/config-error.js'
import { findIssues } from '../registry/check-options.js'
import {
  datasetRegistry,
  loopRegistry,
  metricRegistry,
  modelRegistry,
  optimWrapperRegistry,
  samplerRegistry,
  visualizerRegistry,
} from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import { missingMethods } from './build-model.js'
import { customHookIssues, defaultHookIssues } from './check-hook-options.js'
import { schedulerIssues } from './check-schedulers.js'
import { fieldsOf, listIssues, typedIssues, typeIssues } from './check-typed.js'
import { runnerSchema } from './option-schema.js'
import type { RunnerOptions } from './options.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * Checks everything that a Runner is told before anything is built.
 * @throws `HL_CONFIG` that lists all mistakes with their places
 */
export function checkRunnerOptions(options: unknown): asserts options is RunnerOptions {
  const issues = findIssues('', runnerSchema, options)
  const fields = fieldsOf(options)
  if (fields !== undefined) {
    issues.push(
      ...groupIssues(fields),
      ...modelIssues(fields),
      ...loaderIssues('trainDataloader', fields.trainDataloader),
      ...loaderIssues('valDataloader', fields.valDataloader),
      ...loaderIssues('testDataloader', fields.testDataloader),
      ...trainCfgIssues(fields.trainCfg),
      ...typeIssues('optimWrapper', fields.optimWrapper, optimWrapperRegistry),
      ...schedulerIssues(fields.paramScheduler, fields.optimWrapper),
      ...listIssues('valEvaluator', fields.valEvaluator, metricRegistry),
      ...listIssues('testEvaluator', fields.testEvaluator, metricRegistry),
      ...defaultHookIssues(fields.defaultHooks),
      ...customHookIssues(fields.customHooks),
      ...visualizerIssues(fields.visualizer),
      ...engineIssues(fields.engine),
    )
  }
  if (issues.length > 0) throw new ConfigError(issues)
}

const groups = [
  ['trainDataloader', 'trainCfg', 'optimWrapper'],
  ['valDataloader', 'valEvaluator'],
  ['testDataloader', 'testEvaluator'],
] as const

function groupIssues(options: Fields): ConfigIssue[] {
  const issues = groups.flatMap((group) => {
    const given = group.filter((key) => options[key] !== undefined)
    const missing = given.length === 0 ? [] : group.filter((key) => options[key] === undefined)
    return missing.map((key) =>
      missingPart(
        key,
        `is missing, but ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} there; they belong together`,
      ),
    )
  })
  if (options.paramScheduler !== undefined && options.optimWrapper === undefined)
    issues.push(missingPart('optimWrapper', 'is missing, but paramScheduler is there and needs it'))
  return issues
}

function missingPart(path: string, message: string): ConfigIssue {
  return { path, code: 'HL_CONFIG_MISSING', message }
}

function modelIssues(options: Fields): ConfigIssue[] {
  const { model } = options
  if (isClass(model)) {
    const message = `is the class ${model.name}; give () => new ${model.name}(), or new ${model.name}()`
    return [{ path: 'model', code: 'HL_CONFIG_VALUE', message }]
  }
  if (isTypedConfig(model)) return typedIssues('model', model, modelRegistry)
  if (typeof model !== 'object' || model === null) return []
  const missing = missingMethods(model, options)
  if (missing.length === 0) return []
  const message = `has no ${missing.join(', ')}; it must be a model, a function that makes one, or a config with a type`
  return [{ path: 'model', code: 'HL_CONFIG_VALUE', message }]
}

function isClass(value: unknown): value is { readonly name: string } {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
}

function loaderIssues(path: string, loader: unknown): ConfigIssue[] {
  if (loader === undefined || loader instanceof DataLoader) return []
  const issues = findIssues(path, dataLoaderSchema, loader)
  const { dataset, sampler, numWorkers } = fieldsOf(loader) ?? {}
  if (issues.length === 0 && Number(numWorkers) > 0 && !isTypedConfig(dataset) && !hasRecipe(dataset))
    issues.push({
      path: `${path}.numWorkers`,
      code: 'HL_CONFIG_VALUE',
      message: `is ${numWorkers}, ${noRecipe}`,
    })
  if (isTypedConfig(dataset)) issues.push(...typedIssues(`${path}.dataset`, dataset, datasetRegistry))
  if (isTypedConfig(sampler)) issues.push(...typedIssues(`${path}.sampler`, sampler, samplerRegistry))
  return issues
}

function hasRecipe(dataset: unknown): boolean {
  return (
    typeof dataset === 'object' && dataset !== null && 'recipe' in dataset && dataset.recipe !== undefined
  )
}

function trainCfgIssues(config: unknown): ConfigIssue[] {
  const fields = fieldsOf(config)
  if (fields === undefined) return []
  const { type, byEpoch, ...options } = fields
  const wrong = (path: string, message: string) => [{ path, code: 'HL_CONFIG_VALUE', message }]
  if (type !== undefined && byEpoch !== undefined)
    return wrong('trainCfg', 'has both type and byEpoch; give one of them')
  if (byEpoch !== undefined && typeof byEpoch !== 'boolean')
    return wrong('trainCfg.byEpoch', `is ${String(byEpoch)}, but must be true or false`)
  if (type === undefined && byEpoch !== false && 'maxIters' in options && !('maxEpochs' in options))
    return wrong('trainCfg', 'has maxIters; add byEpoch: false to train by iterations')
  const name = type ?? (byEpoch === false ? 'IterBasedTrainLoop' : 'EpochBasedTrainLoop')
  if (typeof name !== 'string') return wrong('trainCfg.type', 'must be the name of a loop')
  return typedIssues('trainCfg', { ...options, type: name }, loopRegistry)
}

function engineIssues(engine: unknown): ConfigIssue[] {
  return isEngineConfig(engine) ? findIssues('engine', engineConfigSchema, engine) : []
}

function visualizerIssues(config: unknown): ConfigIssue[] {
  if (config === undefined) return []
  if (!isTypedConfig(config)) {
    const message =
      "must be a config, such as { type: 'Visualizer', visBackends: [{ type: 'LocalVisBackend' }] }"
    return [{ path: 'visualizer', code: 'HL_CONFIG_VALUE', message }]
  }
  return typedIssues('visualizer', config, visualizerRegistry)
}
