import { Hook } from '@hookloop/core'
import { expectHookContract } from './dist/index.js'
class Early extends Hook {
      count = 0
      next = 0
      rounds = 0
      beforeRun() { this.next = this.count + 4; console.log('beforeRun', this.count) }
      afterTrainIter() {
        this.count += 1
        if (this.count < this.next) return
        this.next += 4
        this.rounds += 1
      }
      afterTrain() { console.log('end', this.count, this.next, this.rounds) }
      stateDict() {
        return { count: this.count, rounds: this.rounds }
      }
      loadStateDict({ count, rounds }) {
        this.count = Number(count ?? 0)
        this.rounds = Number(rounds ?? 0)
        console.log('load', count, rounds)
      }
}
class Names extends Hook {
  afterValEpoch(_runner, metrics) { console.log(metrics); metrics['loss: ratio'] = 0.5 }
}
  await expectHookContract(Early).then(() => console.log('passes'), e => console.log(e.message))
  await expectHookContract(Names).then(() => console.log('passes'), e => console.log(e.message))
