import { lastLines, runCommand } from './run-command.js'

/** What a load test found. */
export type LoadTestResult = { readonly works: true } | { readonly works: false; readonly reason: string }

const timeoutMs = 120_000

/** Loads a tfjs-node in a Node process of its own and multiplies two matrices on TensorFlow. */
export async function testLoad(packageDir: string, env: NodeJS.ProcessEnv): Promise<LoadTestResult> {
  const result = await runCommand(process.execPath, ['-e', script, packageDir], {
    // TensorFlow's banner lines would only hide what is wrong.
    env: { ...env, TF_CPP_MIN_LOG_LEVEL: '2' },
    timeout: timeoutMs,
  })
  if (result.succeeded && result.stdout.includes(success)) return { works: true }
  const hint = result.ending.includes('signal') ? '; the CPU may lack AVX, which TensorFlow needs' : ''
  return { works: false, reason: `${result.ending}${hint}\n${lastLines(withoutStack(result.output), 15)}` }
}

function withoutStack(output: string): string {
  return output.replaceAll(/^ {4}at .*\n?/gm, '')
}

const success = 'tensorflow: 2,2,2,2'

// The script runs in CommonJS, apart from this package, whose files may not be built yet.
const script = `
const util = require('util')
if (!util.isArray) util.isArray = Array.isArray
if (!util.isNullOrUndefined) util.isNullOrUndefined = (value) => value === null || value === undefined
const tf = require(process.argv[1])
const ones = tf.ones([2, 2])
console.log(tf.getBackend() + ': ' + tf.matMul(ones, ones).dataSync().join())
`
