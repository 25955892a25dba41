import './environment.mjs'
import '@hookloop/wasm'
import '@tensorflow/tfjs-core/dist/tests'
