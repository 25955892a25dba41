import { Hook, type Metrics, type Runner, type StateTree, type StepOutputs } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type ContractCheck, expectHookContract, type HookClass, HookContractError } from '../index.js'

/** @returns what the contract finds, as `check: message` */
async function findingsOf(make: HookClass<unknown>): Promise<string[]> {
  const error: unknown = await expectHookContract(make).catch((caught: unknown) => caught)
  if (error === undefined) return []
  if (!(error instanceof HookContractError)) throw error
  return error.findings.map(({ check, message }) => `${check}: ${message}`)
}

type Seeded = readonly [what: string, HookClass: HookClass<unknown>, check: ContractCheck, message: RegExp]

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
    /the field 'best' is 0\.9 .* but 0\.7 after one that was interrupted after iteration 10/,
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
      total = 0
      limit = 0
      override beforeRun() {
        this.limit = this.total + 100
      }
      override afterTrainIter() {
        this.total += 1
      }
      override afterTrain() {
        this.limit += 0
      }
      override stateDict(): StateTree {
        return { total: this.total }
      }
      override loadStateDict({ total }: StateTree) {
        this.total = Number(total ?? 0)
      }
    },
    'earlyReads',
    /the field 'limit' .* beforeRun or afterLoadCheckpoint uses it, but loadStateDict brings it back only after them/,
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

const left: Seeded[] = [
  [
    'a tensor that is kept at each iteration',
    class extends Hook {
      override afterTrainIter({ model }: Runner) {
        model.parameters()['dense.bias']?.clone()
      }
    },
    'tensors',
    /\d+ tensors, float32 \[3\], made in afterTrainIter \(src\/contract\/bad-hooks\.test\.ts:\d+:\d+\), are never freed/,
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
    /a tensor, float32 \[2, 2\], made in beforeTrain/,
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
    /at the ends of epochs 4, 8, 12 of its tensors live: each epoch adds 4 tensors, float32 \[\], made in afterTrainIter/,
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
    /setInterval in beforeTrain \(src\/contract\/bad-hooks\.test\.ts:\d+:\d+\) is still there .*clearInterval in afterRun/,
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
    /runner\.hooks\.observe in beforeRun adds another observer/,
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
    'resume',
    /the weight 'dense\.\w+' of the model .* one in which the second validation fails/,
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

describe.each([
  ['what it forgets', lost],
  ['what it leaves behind', left],
  ['what comes too late', late],
  ['what it meddles with', meddling],
  ['what it takes for granted', failing],
])('%s', (_title, seeded) => {
  it.each(seeded)('finds %s', async (_what, HookClass, check, message) => {
    const findings = await findingsOf(HookClass)
    expect(findings.map((finding) => finding.split(':')[0])).toEqual(findings.map(() => check))
    expect(findings.join('\n')).toMatch(message)
  })
})
