import { version_core } from '@tensorflow/tfjs-core'
import { isTypedConfig } from '../registry/typed-config.js'
import type { Runner } from '../runner/runner.js'

/** What decides how fast a training step is, as text: library, parameters, batch size, optimizer, compiled or not. */
export function trainingSignature(runner: Runner): string {
  const { engine, model, options, stepCompiler, trainDataLoader } = runner
  const { compile, stepsPerCall } = { compile: undefined, stepsPerCall: undefined, ...options.trainCfg }
  return JSON.stringify({
    library: `TensorFlow ${engine.version}, tfjs ${version_core}`,
    parameters: Object.entries(model.parameters()).map(
      ([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join(', ')}]`,
    ),
    batchSize: trainDataLoader?.batchSize,
    optimizer: typesIn(options.optimWrapper),
    compile: stepCompiler === undefined ? false : (compile ?? 'auto'),
    stepsPerCall,
  })
}

/** Names of the types in a config, its own and those within; of an object its class. */
function typesIn(config: unknown): string {
  if (typeof config !== 'object' || config === null) return ''
  if (!isTypedConfig(config)) return config.constructor.name
  return [config.type, ...Object.values(config).filter(isTypedConfig).map(typesIn)].join(' ')
}
