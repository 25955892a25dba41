import { Hook } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { expectHookContract } from './dist/index.js'
class Names extends Hook {
  afterValEpoch(_runner, metrics) { metrics['loss: ratio'] = 0.5 }
}
class Early extends Hook {
      count = 0
      next = 0
      rounds = 0
      beforeRun() {
        this.next = this.count + 4
      }
      afterTrainIter() {
        this.count += 1
        if (this.count < this.next) return
        this.next += 4
        this.rounds += 1
      }
      stateDict() {
        return { count: this.count, rounds: this.rounds }
      }
      loadStateDict({ count, rounds }) {
        this.count = Number(count ?? 0)
        this.rounds = Number(rounds ?? 0)
      }
}
class Weights extends Hook {
      #waiting
      beforeValEpoch({ model }) {
        const bias = model.parameters()['dense.bias']
        this.#waiting = bias?.clone()
        tf.tidy(() => bias?.assign(tf.zerosLike(bias)))
      }
      afterValEpoch({ model }) {
        if (this.#waiting !== undefined) model.parameters()['dense.bias']?.assign(this.#waiting)
        this.dispose()
      }
      dispose() {
        this.#waiting?.dispose()
        this.#waiting = undefined
      }
}
process.on("x",()=>{}); class Nothing extends Hook {}
for (const C of [Names, Early, Weights, Nothing, Nothing]) {
  const t = process.hrtime.bigint()
  await expectHookContract(C).then(() => console.log('passes'), e => console.log(e.message))
  console.log(Number(process.hrtime.bigint() - t) / 1e6, 'ms')
}
