import { Hook, type Metrics, type Runner, type StateTree } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { findsEach, type Seeded } from './seeded.js'

const meddling: Seeded[] = [
  [
    'Math.random replaced',
    class extends Hook {
      override beforeTrain() {
        Math.random = () => 0.5
      }
    },
    'globals',
    /Math\.random is not what it was before the run: it was changed in beforeTrain/,
  ],
  [
    'a global variable',
    class extends Hook {
      override afterTrainIter({ iter }: Runner) {
        Reflect.set(globalThis, 'lastIterOfMine', iter)
      }
    },
    'globals',
    /globalThis\.lastIterOfMine .* changed in afterTrainIter/,
  ],
  [
    'a variable of the environment',
    class extends Hook {
      override beforeRun() {
        process.env.MY_HOOK_IS_HERE = '1'
      }
    },
    'globals',
    /process\.env\.MY_HOOK_IS_HERE/,
  ],
  [
    'a flag of tfjs',
    class extends Hook {
      override beforeRun() {
        tf.env().set('CHECK_COMPUTATION_FOR_ERRORS', true)
      }
    },
    'globals',
    /the flag CHECK_COMPUTATION_FOR_ERRORS of tfjs/,
  ],
  [
    'a method of a prototype',
    class extends Hook {
      override beforeRun() {
        Reflect.set(Array.prototype, 'lastItem', () => undefined)
      }
    },
    'globals',
    /Array\.prototype\.lastItem/,
  ],
  [
    'the training step of the model wrapped',
    class extends Hook {
      override beforeTrain({ model }: Runner) {
        const step = model.trainStep.bind(model)
        model.trainStep = (...args) => step(...args)
      }
    },
    'parts',
    /runner\.model\.trainStep was replaced and not put back\. A hook works at the points that it implements/,
  ],
  [
    'saveCheckpoint of the Runner wrapped',
    class extends Hook {
      override beforeRun(runner: Runner) {
        const save = runner.saveCheckpoint.bind(runner)
        runner.saveCheckpoint = (path) => save(path)
      }
    },
    'parts',
    /runner\.saveCheckpoint was replaced/,
  ],
  [
    'a name with a way out',
    class extends Hook {
      override afterTrainIter({ messageHub }: Runner) {
        messageHub.updateScalar('train/../../loss', 1)
      }
    },
    'names',
    /afterTrainIter gives the message hub the name "train\/\.\.\/\.\.\/loss", which leads to another folder/,
  ],
  [
    'a name with characters of paths',
    class extends Hook {
      override afterValEpoch(_runner: Runner, metrics: Metrics) {
        metrics['loss: ratio'] = 0.5
      }
    },
    'names',
    /afterValEpoch gives metrics the name "loss: ratio", which holds ":"/,
  ],
]

const failing: Seeded[] = [
  [
    'an unknown priority',
    class extends Hook {
      override readonly priority = 'SOON' as unknown as 'NORMAL'
    },
    'priority',
    /priority is 'SOON', but must be an integer from 0 to 100 or one of HIGHEST/,
  ],
  [
    'a misspelt point',
    class extends Hook {
      afterTrainIters() {}
    },
    'points',
    /afterTrainIters is no hook point and is never called; did you mean afterTrainIter\?/,
  ],
  [
    'a point as Python spells it',
    class extends Hook {
      after_train_iter() {}
    },
    'points',
    /after_train_iter is no hook point .* afterTrainIter\?/,
  ],
  [
    'a key of the hub that nobody wrote',
    class extends Hook {
      override afterTrainIter({ messageHub }: Runner) {
        messageHub.updateScalar('train/twice', 2 * messageHub.getScalar('train/loss').current())
      }
    },
    'hubKeys',
    /afterTrainIter fails in a training without other hooks, because nobody has written 'train\/loss' into the message hub\. Ask runner\.messageHub\.scalars\.has\('train\/loss'\) first/,
  ],
  [
    'a fact of the hub that nobody wrote',
    class extends Hook {
      override beforeTrainIter({ messageHub }: Runner) {
        String(messageHub.getInfo('loop_stage')).startsWith('train')
        const epochs = messageHub.getInfo('max_epochs')
        if (typeof epochs !== 'number') throw new TypeError('max_epochs is no number')
      }
    },
    'errors',
    /beforeTrainIter fails in a training without other hooks: max_epochs is no number/,
  ],
  [
    'a test that it does not think of',
    class extends Hook {
      override afterRun(runner: Runner) {
        runner.logger.info(`learning rate ${(runner.optimWrapper as never as { getLr(): object }).getLr()}`)
      }
    },
    'errors',
    /afterRun fails in a validation without training: .*It comes however a run ends/,
  ],
  [
    'a metric that it takes for granted',
    class extends Hook {
      override afterTestEpoch(runner: Runner, metrics: Metrics) {
        if (runner.trainLoop === undefined) (metrics['my/metric'] as number).toFixed(2)
      }
    },
    'errors',
    /afterTestEpoch fails in a test without training/,
  ],
  [
    'an exception before beforeTrain',
    class extends Hook {
      #started: { stop(): void } | undefined
      override beforeTrain() {
        this.#started = { stop: () => undefined }
      }
      override onException() {
        ;(this.#started as { stop(): void }).stop()
      }
    },
    'failures',
    /onException fails in a run in which another hook fails in beforeRun/,
  ],
  [
    'weights that a failed validation leaves changed',
    class extends Hook {
      #waiting: tf.Tensor | undefined
      override beforeValEpoch({ model }: Runner) {
        const bias = model.parameters()['dense.bias']
        this.#waiting = bias?.clone()
        tf.tidy(() => bias?.assign(tf.zerosLike(bias)))
      }
      override afterValEpoch({ model }: Runner) {
        if (this.#waiting !== undefined) model.parameters()['dense.bias']?.assign(this.#waiting)
        this.dispose()
      }
      override dispose() {
        this.#waiting?.dispose()
        this.#waiting = undefined
      }
    },
    'failures',
    /the weight 'dense\.\w+' of the model is not what it was before a validation that failed\./,
  ],
  [
    'a place in the list of hooks',
    class extends Hook {
      override beforeRun(runner: Runner) {
        const mine = runner.hooks.entries.findIndex(({ hook }) => hook === this)
        const timer = runner.hooks.entries.findIndex(({ name }) => name === 'Neighbour')
        if (timer > mine) throw new Error('the timer must come before')
      }
    },
    'order',
    /beforeRun fails in a training in which another hook of its priority comes after it: the timer must come before.*With that hook before it, all is well/,
  ],
  [
    'a value that a neighbour has written before',
    class extends Hook {
      sum = 0
      override afterTrainIter({ messageHub }: Runner) {
        this.sum += messageHub.scalars.get('train/time')?.current() ?? 0
      }
      override stateDict(): StateTree {
        return { sum: this.sum }
      }
      override loadStateDict({ sum }: StateTree) {
        this.sum = Number(sum ?? 0)
      }
    },
    'order',
    /the field 'sum' is .* where another hook of its priority comes before it/,
  ],
  [
    'a checkpoint that was saved without it',
    class extends Hook {
      readonly sums: number[] = []
      #isLoaded = false
      override beforeTrain(runner: Runner) {
        if (runner.isResumed && !this.#isLoaded) throw new Error('my state is not there')
      }
      override stateDict(): StateTree {
        return { sums: this.sums }
      }
      override loadStateDict() {
        this.#isLoaded = true
      }
    },
    'errors',
    /beforeTrain fails in a training that is resumed from a checkpoint which was saved without it/,
  ],
]

findsEach('what a hook meddles with', meddling)
findsEach('what a hook takes for granted', failing)
