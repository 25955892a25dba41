import * as tf from '@tensorflow/tfjs-node';
import { useWasm } from '@hookloop/wasm'; 
await useWasm();
const rnd=(s,seed)=>{const n=s.reduce((a,b)=>a*b,1);return Float32Array.from({length:n},(_, i)=>Math.sin(i*1.7+seed*3))};
const run=async(name,f,...shapes)=>{const r={};for(const b of ['tensorflow','cpu','wasm']){await tf.setBackend(b);const ts=shapes.map((s,i)=>tf.tensor(rnd(s,i),s));try{r[b]=f(...ts).dataSync()}catch(e){console.log(name,b,e.message.slice(0,200))}}
 const d=(a,b)=>{if(!a||!b)return 'n/a';let m=a.length==b.length?0:1e9;for(let i=0;i<a.length;i++)m=Math.max(m,Math.abs(a[i]-b[i]));return m};
 console.log(name,'cpu-tf',d(r.cpu,r.tensorflow),'wasm-tf',d(r.wasm,r.tensorflow),'wasm-cpu',d(r.wasm,r.cpu))};
await run('mp3',x=>tf.grad(x=>tf.maxPool3d(x,[1,2,3],[1,2,2],'valid').mul(tf.range(0,8*3).reshape([1,3,2,2,-1]).slice([0,0,0,0,0],[1,3,2,1,2])))(x).mul(1),[1,3,4,5,2]);
await run('mp3b',x=>tf.grad(x=>tf.maxPool3d(x,[1,2,3],[1,2,2],'valid'))(x),[1,3,4,5,3]);
await run('dil x',(x,f)=>tf.grads((x,f)=>tf.dilation2d(x,f,[2,3],'valid'))([x,f])[0],[2,6,2,2],[4,2,2]);
await run('dil f',(x,f)=>tf.grads((x,f)=>tf.dilation2d(x,f,[2,3],'valid'))([x,f])[1],[2,6,2,2],[4,2,2]);
await run('dil same',(x,f)=>tf.grads((x,f)=>tf.dilation2d(x,f,[1,1],'same'))([x,f])[1],[1,3,9,3],[1,4,3]);
await run('dil same x',(x,f)=>tf.grads((x,f)=>tf.dilation2d(x,f,[1,1],'same'))([x,f])[0],[1,3,9,3],[1,4,3]);
await run('near',x=>tf.grad(x=>tf.image.resizeNearestNeighbor(x,[3,3],false,false))(x),[2,6,6,3]);
await run('near up',x=>tf.grad(x=>tf.image.resizeNearestNeighbor(x,[8,7],false,false))(x),[2,6,6,3]);
await run('near al',x=>tf.grad(x=>tf.image.resizeNearestNeighbor(x,[8,7],true,false))(x),[2,6,6,3]);
await run('bil',x=>tf.grad(x=>tf.image.resizeBilinear(x,[8,7],false,false))(x),[2,6,5,3]);
await run('bil',x=>tf.grad(x=>tf.image.resizeBilinear(x,[3,3],false,false))(x),[2,6,6,3]);
await run('avg same',x=>tf.grad(x=>tf.avgPool(x,[3,3],[2,2],'same'))(x),[2,6,6,3]);
await run('avg same fwd',x=>tf.avgPool(x,[3,3],[2,2],'same'),[2,6,6,3]);
await run('avg3 same',x=>tf.grad(x=>tf.avgPool3d(x,[3,3,3],[2,2,2],'same'))(x),[2,6,6,6,3]);
await run('avg3 same fwd',x=>tf.avgPool3d(x,[3,3,3],[2,2,2],'same'),[2,6,6,6,3]);
await run('cv3 same',(x,f)=>tf.grads((x,f)=>tf.conv3d(x,f,[1,2,1],'same'))([x,f])[1],[2,3,5,5,3],[1,2,3,3,3]);
await run('max same',x=>tf.grad(x=>tf.maxPool(x,[3,2],[2,2],'same'))(x),[2,7,6,3]);
await run('einsum',(a,b)=>tf.einsum('bij,bkj->bik',a,b),[3,4,5],[3,6,5]);
await run('einsum2',(a,b)=>tf.einsum('abcd,dcae->be',a,b),[3,4,5,2],[2,5,3,7]);
await run('einsum3',(a,b)=>tf.einsum('ab,cd->a',a,b),[3,4],[2,5]);
await run('einsum4',(a)=>tf.einsum('ab->ba',a),[3,4]);
await run('einsum5',(a)=>tf.einsum('ab->',a),[3,4]);
await run('avgrg',x=>tf.grad(x=>tf.avgPool(x,[3,3],[2,2],1,'floor'))(x),[2,6,6,3]);
await run('bmm b',(a,b)=>tf.matMul(a,b),[2,1,3,4],[1,3,4,5]);
await run('bmm b',(a,b)=>tf.matMul(a,b),[2,30,40],[1,40,50]);
await run('prelu',(a,b)=>tf.prelu(a,b),[2,30,40],[2,30,1]);
await run('prelu',(a,b)=>tf.prelu(a,b),[2,30,40],[1,1,1]);
for (const b of ['tensorflow','wasm']) { await tf.setBackend(b); const x=tf.tensor(rnd([1,3,4,5,3],0),[1,3,4,5,3]); const y=tf.maxPool3d(x,[1,2,3],[1,2,2],'valid'); const g=tf.grad(x=>tf.maxPool3d(x,[1,2,3],[1,2,2],'valid'))(x); console.log(b,y.shape,(await g.sum().data())[0]); const gi=g.dataSync(), xi=x.dataSync(); const o=[];gi.forEach((v,i)=>v&&o.push(i+':'+v));console.log(o.slice(0,14).join(' ')) }
for (const b of ['tensorflow','wasm']) { await tf.setBackend(b); const x=tf.tensor(rnd([1,3,4,5,3],0),[1,3,4,5,3]).sub(3); console.log(tf.maxPool3d(x,[1,2,3],[1,2,2],'valid').slice([0,0,0,0,0],[1,1,2,2,3]).dataSync(), tf.maxPool(x.reshape([3,4,5,3]),[2,3],[2,2],'valid').slice([0,0,0,0],[1,2,2,3]).dataSync()) }
await run('near up 4,6',x=>tf.grad(x=>tf.image.resizeNearestNeighbor(x,[4,6],false,false))(x),[2,4,4,1]);
await run('near up 8,12',x=>tf.grad(x=>tf.image.resizeNearestNeighbor(x,[8,12],false,false))(x),[2,4,4,1]);
await run('near up 8,12 f',x=>tf.image.resizeNearestNeighbor(x,[8,12],false,false),[2,4,4,1]);
