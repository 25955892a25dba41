// Runs before the tests are declared: they declare themselves once for each test environment.
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util'

setWasmPaths(process.env.WASM_FOLDER)
setTestEnvs([{ name: 'wasm', backendName: 'wasm', isDataSync: true }])
