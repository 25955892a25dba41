import { useWasm } from '@hookloop/wasm'; import * as tf from '@tensorflow/tfjs'; import { trainingStep } from './nets.mjs'
await useWasm(); await tf.setBackend('wasm'); const step=trainingStep(tf, process.argv[2]); for(let i=0;i<10;i++) step();
const t={}; for (const k of tf.getKernelsForBackend('wasm')) { const f=k.kernelFunc; const n=k.kernelName; tf.unregisterKernel(n,'wasm'); tf.registerKernel({...k,kernelFunc:a=>{const b=performance.now();const r=f(a);const d=performance.now()-b;const e=t[n]??=[0,0];e[0]+=d;e[1]++;return r}})}
const N=+process.argv[3]; const b=performance.now(); for(let i=0;i<N;i++) step(); const total=(performance.now()-b)/N;
console.log('total',total.toFixed(2)); for(const [n,[ms,c]] of Object.entries(t).sort((a,b)=>b[1][0]-a[1][0]).slice(0,16)) console.log(n,(ms/N).toFixed(2),c/N)
