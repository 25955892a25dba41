// One engine with one net in a process of its own: makes the steps that it is asked for and tells how long they took.
import { trainingStep } from './nets.mjs'

const [engine, net] = process.argv.slice(2)
const loaders = {
  native: () => import('@tensorflow/tfjs-node'),
  stock: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const { createRequire } = await import('node:module')
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(main.replace(/[^/\\]*$/, ''))
    return onWasm()
  },
  ours: async () => {
    const { useWasm } = await import('@hookloop/wasm')
    await useWasm()
    return onWasm()
  },
}

async function onWasm() {
  const tf = await import('@tensorflow/tfjs')
  await tf.setBackend('wasm')
  return tf
}

const step = await prepare()
process.on('message', (steps) => {
  const begin = performance.now()
  let loss
  for (let i = 0; i < steps; i++) loss = step()
  process.send({ milliseconds: (performance.now() - begin) / steps, loss })
})

async function prepare() {
  try {
    const step = trainingStep(await loaders[engine](), net)
    const loss = step()
    process.send({ ready: true, loss })
    return step
  } catch (error) {
    process.send({ failed: error.message.split('\n')[0] })
    process.disconnect()
  }
}
