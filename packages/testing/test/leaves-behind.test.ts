import { Hook, type Runner, type StepOutputs } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import type { HookClass } from '../src/index.js'
import { findsEach, type Seeded } from './seeded.js'

const left: Seeded[] = [
  [
    'a tensor that is kept at each iteration',
    class extends Hook {
      override afterTrainIter({ model }: Runner) {
        model.parameters()['dense.bias']?.clone()
      }
    },
    'tensors',
    /\d+ tensors, float32 \[3\], made in afterTrainIter \(test\/leaves-behind\.test\.ts:\d+:\d+\), are never freed/,
  ],
  [
    'one tensor that is never freed',
    class extends Hook {
      total: tf.Tensor | undefined
      override beforeTrain() {
        this.total = tf.zeros([2, 2])
      }
    },
    'tensors',
    /2 tensors, float32 \[2, 2\], made in beforeTrain/,
  ],
  [
    'tensors that pile up until the end',
    class extends Hook {
      readonly #kept: tf.Tensor[] = []
      override afterTrainIter() {
        this.#kept.push(tf.scalar(1))
      }
      override dispose() {
        tf.dispose(this.#kept)
      }
    },
    'tensors',
    /at the ends of epochs 3, 6, 9, 12 of its tensors live: each epoch adds 3 tensors, float32 \[\], made in afterTrainIter/,
  ],
  [
    'a tensor behind an await',
    class extends Hook {
      override async afterValEpoch() {
        await Promise.resolve()
        tf.ones([5])
      }
    },
    'tensors',
    /float32 \[5\], made in afterValEpoch/,
  ],
  [
    'a loss of the loop that is freed',
    class extends Hook {
      override afterTrainIter(_runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
        tf.dispose(outputs)
      }
    },
    'ownership',
    /outputs\.loss is disposed after afterTrainIter\. It belongs to the loop/,
  ],
  [
    'a loss of the loop that is kept',
    class extends Hook {
      last: unknown
      override afterTrainIter(_runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
        this.last = outputs.loss
      }
    },
    'ownership',
    /the field 'last' holds outputs\.loss of afterTrainIter, which the loop has freed\. .*clone/,
  ],
  [
    'an interval',
    class extends Hook {
      override beforeTrain() {
        setInterval(() => undefined, 10_000)
      }
    },
    'timers',
    /setInterval in beforeTrain \(test\/leaves-behind\.test\.ts:\d+:\d+\) is still there .*clearInterval in afterRun/,
  ],
  [
    'an interval that only a good end clears',
    class extends Hook {
      #timer: ReturnType<typeof setInterval> | undefined
      override beforeTrain() {
        this.#timer = setInterval(() => undefined, 10_000)
      }
      override afterTrain() {
        clearInterval(this.#timer)
      }
    },
    'timers',
    /setInterval in beforeTrain .* afterRun, which comes however a run ends/,
  ],
  [
    'a listener of the process',
    class extends Hook {
      override beforeRun(runner: Runner) {
        process.on('SIGUSR2', () => runner.stopTraining())
      }
    },
    'listeners',
    /process\.on\('SIGUSR2'\) in beforeRun is still there/,
  ],
  [
    'a sink of the log in each run',
    class extends Hook {
      override beforeRun({ logger }: Runner) {
        logger.addSink({ write: () => undefined })
      }
    },
    'listeners',
    /runner\.logger\.addSink in beforeRun adds another sink at each run/,
  ],
  [
    'an observer in each run',
    class extends Hook {
      override beforeRun({ hooks }: Runner) {
        hooks.observe({ beginPoint: () => () => undefined, beginHook: () => () => undefined })
      }
    },
    'listeners',
    /runner\.hooks\.observe in beforeRun is never ended/,
  ],
]

const late: Seeded[] = [
  [
    'a promise that is not awaited and fails with the storage',
    class extends Hook {
      override afterTrainEpoch({ storage, epoch }: Runner) {
        void storage.append('notes.txt', `${epoch}\n`)
      }
    },
    'promises',
    /a promise that afterTrainEpoch begins was rejected, and nobody heard of it/,
  ],
  [
    'a field that is set behind a promise that is not returned',
    class extends Hook {
      loss = Number.NaN
      override afterTrainIter(_runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
        if (outputs.loss instanceof tf.Tensor)
          void outputs.loss.data().then(([value = Number.NaN]) => {
            this.loss = value
          })
      }
    },
    'promises',
    /the field 'loss' changed after afterTrainIter had returned\. Make afterTrainIter async/,
  ],
  [
    'a value that comes late into the message hub',
    class extends Hook {
      override afterTrainIter({ messageHub, model }: Runner) {
        void this.#note(messageHub, model)
      }
      async #note(messageHub: Runner['messageHub'], model: Runner['model']) {
        const bias = await model.parameters()['dense.bias']?.data()
        messageHub.updateScalar('train/bias', bias?.[0] ?? 0)
      }
    },
    'promises',
    /'train\/bias' was written into the message hub after afterTrainIter had returned/,
  ],
  [
    'a promise that nobody waits for, though all goes well',
    class extends Hook {
      readonly #seen: number[] = []
      override afterTrainIter({ model }: Runner) {
        void this.#look(model)
      }
      async #look(model: Runner['model']) {
        for (let time = 0; time < 3; time++) await model.parameters()['dense.bias']?.data()
        this.#seen.push(1)
      }
    },
    'promises',
    /nobody waits for a promise that afterTrainIter \(test\/leaves-behind\.test\.ts:\d+:\d+\) begins, which goes on after it/,
  ],
  [
    'a file that is written after the end',
    class extends Hook {
      override afterRun({ storage }: Runner) {
        storage.append('report.txt', 'done').catch(() => undefined)
      }
    },
    'promises',
    /a promise that afterRun begins was settled only after the run had ended/,
  ],
  [
    'an async method inside the update',
    class extends Hook {
      override async afterOptimStep() {}
    } as unknown as HookClass<unknown>,
    'promises',
    /afterOptimStep returns a promise, but it lies inside the update/,
  ],
]

findsEach('what a hook leaves behind', left)
findsEach('what comes too late', late)
