import { Hook, type Metrics, type Runner, type StateTree } from '@hookloop/core'
import { findsEach, type Seeded } from './seeded.js'

let shared = 0

const lost: Seeded[] = [
  [
    'a count that is not in the state',
    class extends Hook {
      count = 0
      override afterTrainIter() {
        this.count += 1
      }
    },
    'resume',
    /the field 'count' is 12 after a training that was never interrupted, but 10 after one that was interrupted after iteration 2 and resumed\. It changes in training and is not in stateDict\(\).*transient: \['count'\]/,
  ],
  [
    'a best value that is forgotten',
    class extends Hook {
      best = Number.NEGATIVE_INFINITY
      override afterValEpoch(_runner: Runner, metrics: Metrics) {
        this.best = Math.max(this.best, Number(metrics['accuracy/top1']))
      }
    },
    'resume',
    /the field 'best' is 0\.9 .* but 0\.8 after one that was interrupted after iteration 11/,
  ],
  [
    'a field of a field',
    class extends Hook {
      readonly seen = { batches: 0, epochs: new Set<number>() }
      override afterTrainIter({ epoch }: Runner) {
        this.seen.batches += 1
        this.seen.epochs.add(epoch)
      }
      override stateDict(): StateTree {
        return { seen: { epochs: [...this.seen.epochs] } }
      }
      override loadStateDict({ seen }: StateTree) {
        void seen
      }
    },
    'resume',
    /the field 'seen\.batches' is 12 .* but 10/,
  ],
  [
    'state that loadStateDict does not take back',
    class extends Hook {
      count = 0
      override afterTrainIter() {
        this.count += 1
      }
      override stateDict(): StateTree {
        return { count: this.count }
      }
      override loadStateDict({ counts }: StateTree) {
        this.count = Number(counts ?? 0)
      }
    },
    'resume',
    /stateDict\(\) has 'count', but loadStateDict\(\) does not put back what was saved/,
  ],
  [
    'state that beforeTrain sets anew',
    class extends Hook {
      count = 0
      override beforeTrain() {
        this.count = 0
      }
      override afterTrainIter() {
        this.count += 1
      }
      override stateDict(): StateTree {
        return { count: this.count }
      }
      override loadStateDict({ count }: StateTree) {
        this.count = Number(count ?? 0)
      }
    },
    'resume',
    /loadStateDict brings it back, and beforeTrain sets it anew/,
  ],
  [
    'a private count that shows in the message hub',
    class extends Hook {
      #count = 0
      override afterTrainIter({ messageHub }: Runner) {
        this.#count += 1
        messageHub.updateScalar('train/count', this.#count)
      }
    },
    'resume',
    /the history 'train\/count' of the message hub is .* a #private field/,
  ],
  [
    'a private count that shows in the learning rate',
    class extends Hook {
      #count = 0
      override afterTrainIter({ optimWrapper }: Runner) {
        this.#count += 1
        for (const group of optimWrapper?.paramGroups ?? []) group.lr = 0.1 / this.#count
      }
    },
    'resume',
    /'lr' of the optimizer|the weight 'dense/,
  ],
  [
    'a private count that shows in the log',
    class extends Hook {
      #count = 0
      override afterTrainEpoch({ logger }: Runner) {
        this.#count += 1
        logger.info(`epochs so far: ${this.#count}`)
      }
    },
    'resume',
    /afterTrainEpoch logs 'epochs so far: 2' at iteration \d+ .* but 'epochs so far: 1'/,
  ],
  [
    'stateDict without loadStateDict',
    class extends Hook {
      override stateDict(): StateTree {
        return { one: 1 }
      }
    },
    'resume',
    /it has stateDict\(\) but no loadStateDict\(\)/,
  ],
  [
    'state that is used before it is loaded',
    class extends Hook {
      count = 0
      next = 0
      rounds = 0
      override beforeRun() {
        this.next = this.count + 3
      }
      override afterTrainIter() {
        this.count += 1
        if (this.count < this.next) return
        this.next += 3
        this.rounds += 1
      }
      override stateDict(): StateTree {
        return { count: this.count, rounds: this.rounds }
      }
      override loadStateDict({ count, rounds }: StateTree) {
        this.count = Number(count ?? 0)
        this.rounds = Number(rounds ?? 0)
      }
    },
    'earlyReads',
    /the field '(next|rounds)' .* beforeRun or afterLoadCheckpoint uses it, but loadStateDict brings it back only after them/,
  ],
  [
    'state that cannot be stored',
    class extends Hook {
      readonly seen = new Map<string, number>()
      override afterTrainIter({ iter }: Runner) {
        this.seen.set('iter', iter)
      }
      override stateDict(): StateTree {
        return { seen: this.seen as unknown as StateTree }
      }
      override loadStateDict() {}
    },
    'storable',
    /stateDict\(\) returns what a checkpoint cannot hold: the state of \w+\.seen of the checkpoint is Map/,
  ],
  [
    'a count of the module',
    class extends Hook {
      override afterTrainIter({ messageHub }: Runner) {
        shared += 1
        messageHub.updateScalar('train/shared', shared)
      }
    },
    'isolation',
    /the history 'train\/shared' of the message hub .* a variable of the module or a static field/,
  ],
  [
    'random numbers without a seed',
    class extends Hook {
      noise = 0
      override afterTrainIter() {
        this.noise = Math.random()
      }
    },
    'isolation',
    /the field 'noise' .* random numbers/,
  ],
]

findsEach('what a hook forgets', lost)
