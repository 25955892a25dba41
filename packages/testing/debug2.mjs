import { Hook } from '@hookloop/core'
import { expectHookContract } from './dist/index.js'
class Nothing extends Hook { afterTrainIter(){} beforeTrainIter(){} afterValIter(){} }
await expectHookContract(Nothing)
const c0 = process.cpuUsage(), t = process.hrtime.bigint()
for (let i=0;i<10;i++) await expectHookContract(Nothing)
const c = process.cpuUsage(c0)
console.log('per contract', (c.user+c.system)/1e4, 'ms cpu', Number(process.hrtime.bigint() - t) / 1e7, 'ms wall')
