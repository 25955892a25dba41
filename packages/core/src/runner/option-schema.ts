import * as v from 'valibot'
import { type DurationUnit, durationForms, parseDurationText } from '../duration/duration.js'
import { isEngineConfig } from '../engine/engine-config-schema.js'
import { engineNames } from '../engine/use-engine.js'

const text = (example: string) =>
  v.pipe(v.string(`must be a text, such as '${example}'`), v.nonEmpty('must not be empty'))
const flag = v.boolean('must be true or false')
const wholeFrom = (least: number, message: string) =>
  v.pipe(v.number(message), v.integer(message), v.minValue(least, message))
const count = (example: number) => wholeFrom(1, `must be a whole number above 0, such as ${example}`)
/** A text of these units above 0, or a number as `numbers` makes its schema for a message. */
const duration = (
  what: string,
  units: readonly DurationUnit[],
  numbers: (message: string) => v.GenericSchema<number> = (message) => wholeFrom(1, message),
) => {
  const message = `must be ${what}, or a text such as ${durationForms(units)}`
  const isText = (value: unknown) => (parseDurationText(value, units)?.count ?? 0) > 0
  return v.union([numbers(message), v.custom<string>(isText, message)], message)
}
const milestoneMessage = 'must be a whole number from 0, such as 10'
const milestone = wholeFrom(0, milestoneMessage)
const anything = v.optional(v.unknown())

const interval = duration('a whole number above 0, such as 1', ['ep', 'it', '%', 's'])

const validationPlan = {
  valInterval: v.optional(interval),
  valBegin: v.optional(
    duration('a whole number, such as 1', ['ep', 'it', '%'], (message) =>
      v.pipe(v.number(message), v.integer(message)),
    ),
  ),
  dynamicIntervals: v.optional(
    v.pipe(
      v.array(
        v.tuple([milestone, interval], 'must be a pair [milestone, interval], such as [10, 1]'),
        'must be a list of pairs [milestone, interval], such as [[10, 1]]',
      ),
      v.check(
        (pairs) => pairs.every(([start], index) => start > (pairs[index - 1]?.[0] ?? -1)),
        'must have milestones that grow, such as [[10, 5], [20, 1]]',
      ),
    ),
  ),
}

const compile = v.optional(v.union([v.boolean(), v.literal('auto')], "must be true, false or 'auto'"))

const stepsMessage = "must be a whole number from 1 to 100, such as 8, or 'auto'"
const stepsPerCall = v.optional(
  v.union(
    [
      v.pipe(
        v.number(stepsMessage),
        v.integer(stepsMessage),
        v.minValue(1, stepsMessage),
        v.maxValue(100, stepsMessage),
      ),
      v.literal('auto', stepsMessage),
    ],
    stepsMessage,
  ),
)

const maxTime = v.optional(
  duration('a number of seconds above 0, such as 3600', ['s'], (message) =>
    v.pipe(v.number(message), v.finite(message), v.gtValue(0, message)),
  ),
)

/** Options of `EpochBasedTrainLoop`. */
export const epochTrainSchema = v.strictObject({
  maxEpochs: duration('a whole number above 0, such as 12', ['ep', 'it']),
  maxTime,
  ...validationPlan,
  compile,
  stepsPerCall,
})

/** Options of `IterBasedTrainLoop`. */
export const iterTrainSchema = v.strictObject({
  maxIters: duration('a whole number above 0, such as 10000', ['ep', 'it']),
  maxTime,
  ...validationPlan,
  compile,
  stepsPerCall,
})

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object with these methods; what else it is nobody asks. */
function implementing(contract: string, methods: readonly string[]) {
  const hasAll = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof Reflect.get(value, method) === 'function')
  return v.custom(hasAll, `must be an object that implements ${contract}: ${methods.join(', ')}`)
}

const devRunMessage = 'must be true, false or a whole number of batches above 0, such as 2'

/** The options of a Runner that do not depend on what is registered. */
export const runnerSchema = v.strictObject(
  {
    model: v.union(
      [v.function(), v.looseObject({})],
      'must be a model, a function that makes one, or a config with a type',
    ),
    workDir: text('work_dirs/digits'),
    trainDataloader: anything,
    trainCfg: v.optional(v.looseObject({}, 'must be an object, such as { maxEpochs: 12 }')),
    optimWrapper: anything,
    paramScheduler: anything,
    autoScaleLr: v.optional(
      v.strictObject(
        { enable: v.optional(flag), baseBatchSize: count(64) },
        'must be an object, such as { baseBatchSize: 64 }',
      ),
    ),
    valDataloader: anything,
    valEvaluator: anything,
    valCfg: v.optional(v.strictObject({})),
    testDataloader: anything,
    testEvaluator: anything,
    testCfg: v.optional(v.strictObject({})),
    defaultHooks: v.optional(v.custom(isRecord, 'must be an object, such as { logger: { interval: 50 } }')),
    customHooks: v.optional(v.array(v.unknown(), 'must be a list of hooks')),
    loadFrom: v.optional(text('work_dirs/digits/epoch_3.safetensors')),
    resume: v.optional(flag),
    randomness: v.optional(
      v.strictObject(
        {
          seed: v.optional(
            v.pipe(
              v.number('must be a whole number, such as 42'),
              v.safeInteger('must be a whole number, such as 42'),
            ),
          ),
          diffRankSeed: v.optional(flag),
        },
        'must be an object, such as { seed: 42 }',
      ),
    ),
    experimentName: v.optional(text('digits')),
    logLevel: v.optional(
      v.picklist(['DEBUG', 'INFO', 'WARNING', 'ERROR'], 'must be DEBUG, INFO, WARNING or ERROR'),
    ),
    logProcessor: v.optional(v.looseObject({}, 'must be an object, such as { windowSize: 20 }')),
    visualizer: anything,
    engine: v.optional(
      v.union(
        [
          v.picklist(['auto', ...engineNames]),
          // Its options are checked apart.
          v.custom(isEngineConfig),
          implementing('Engine', ['describe', 'emptyCache']),
        ],
        "must be 'auto', 'tfjs-node', 'wasm', 'cpu', a config such as { name: 'tfjs-node', intraOpThreads: 1 }, or an " +
          'object that implements Engine',
      ),
    ),
    storage: v.optional(
      implementing('Storage', [
        ...['create', 'read', 'exists', 'remove', 'list', 'makeFolder', 'append', 'join', 'absolute'],
      ]),
    ),
    dist: v.optional(implementing('Dist', ['allReduceMean', 'allGather', 'broadcast', 'barrier'])),
    fastDevRun: v.optional(v.union([v.boolean(), wholeFrom(1, devRunMessage)], devRunMessage)),
    sanityVal: v.optional(wholeFrom(0, 'must be a whole number of batches from 0, such as 2')),
    now: v.optional(v.function('must be a function that gives seconds, such as () => Date.now() / 1000')),
    handleSignals: v.optional(flag),
    trackLeaks: v.optional(flag),
    console: v.optional(flag),
  },
  'must be an object with the options of a Runner, such as { model, workDir }',
)
