import * as v from 'valibot'
import type { Profile } from './profile.js'
import { type ProfileTableOptions, profileOrders } from './profile-table.js'

/** Which iterations are recorded, as in torch.profiler: after `skipFirst`, cycles of `wait`, `warmup` and `active`. */
export interface ProfileSchedule {
  /** Iterations at the beginning of a cycle that are not recorded. Default 0. */
  readonly wait?: number
  /** Further iterations that are not recorded. Default 0. */
  readonly warmup?: number
  /** Iterations that are recorded, from 1. */
  readonly active: number
  /** Cycles; with 0, the default, until profiling ends. */
  readonly repeat?: number
  /** Iterations before the first cycle. Default 0. */
  readonly skipFirst?: number
}

/** Logs a profile as a table. */
export interface LogTrace extends ProfileTableOptions {
  readonly type: 'log_trace'
}

/** Writes a trace file for each profile. */
export interface FileTrace {
  readonly type: 'tb_trace'
  /** Relative to the log dir. Default `tf_tracing_logs`. */
  readonly dirName?: string
}

/** What happens to each profile. */
export type TraceReady = ((profile: Profile) => void | Promise<void>) | LogTrace | FileTrace

/** What is profiled, and where it goes. */
export interface ProfilerHookOptions {
  /** Profiles the first epoch with the validation after it, instead of `profileTimes` iterations. Default true. */
  readonly byEpoch?: boolean
  /** Iterations to profile, those that a schedule leaves out included. Default 1; must be 1 with `byEpoch`. */
  readonly profileTimes?: number
  /** Default: every iteration is recorded. */
  readonly schedule?: ProfileSchedule | null
  /** Default: the table is logged, unless `jsonTracePath` is given. */
  readonly onTraceReady?: TraceReady | null
  /** File for the Chrome trace of all that was recorded, ending in `.json`; relative to the work dir. */
  readonly jsonTracePath?: string | null
  /** Adds tensors and bytes to the trace, after each iteration. Default false. */
  readonly profileMemory?: boolean
  /** Times are those of the CPU. */
  readonly activityWithCpu?: true
  /** TensorFlow.js does not tell times of a device. */
  readonly activityWithCuda?: false
  /** TensorFlow.js does not tell shapes of operators. */
  readonly recordShapes?: false
  /** TensorFlow.js does not tell the places of operators. */
  readonly withStack?: false
  /** TensorFlow.js does not count floating point operations. */
  readonly withFlops?: false
}

const flag = v.optional(v.boolean('must be true or false'))
const count = (least: number, example: number) => {
  const message = `must be a whole number from ${least}, such as ${example}`
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message))
}
const pathMessage = "must be the path of a file that ends in .json, such as 'trace.json'"
const folderMessage = "must be the name of a folder, such as 'tf_tracing_logs'"

/** For what PyTorch's profiler can and nothing here can. */
const never = (what: string) =>
  v.optional(v.literal(false, `must be false or left out: TensorFlow.js does not tell ${what}`))

const scheduleSchema = v.strictObject(
  {
    wait: v.optional(count(0, 1)),
    warmup: v.optional(count(0, 1)),
    active: count(1, 3),
    repeat: v.optional(count(0, 1)),
    skipFirst: v.optional(count(0, 10)),
  },
  'must be an object, such as { wait: 1, warmup: 1, active: 3, repeat: 1 }',
)

const logTraceSchema = v.strictObject({
  type: v.literal('log_trace'),
  sortBy: v.optional(v.picklist(profileOrders, `must be one of ${profileOrders.join(', ')}`)),
  limit: v.optional(count(1, 20)),
})

const fileTraceSchema = v.strictObject({
  type: v.literal('tb_trace'),
  dirName: v.optional(v.pipe(v.string(folderMessage), v.nonEmpty(folderMessage))),
})

const traceReadySchema = v.lazy((value: unknown) => {
  const type: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined
  if (type === 'log_trace') return logTraceSchema
  if (type === 'tb_trace') return fileTraceSchema
  return v.function("must be a function, { type: 'log_trace' } or { type: 'tb_trace' }")
})

export const profilerHookSchema = v.pipe(
  v.strictObject({
    byEpoch: flag,
    profileTimes: v.optional(count(1, 10)),
    schedule: v.nullish(scheduleSchema),
    onTraceReady: v.nullish(traceReadySchema),
    jsonTracePath: v.nullish(v.pipe(v.string(pathMessage), v.regex(/[^/\\]\.json$/, pathMessage))),
    profileMemory: flag,
    activityWithCpu: v.optional(
      v.literal(true, 'must be true or left out: times of the CPU are all that can be had'),
    ),
    activityWithCuda: never('times of a device'),
    recordShapes: never('shapes of operators'),
    withStack: never('where operators are called'),
    withFlops: never('floating point operations'),
  }),
  v.forward(
    v.partialCheck(
      [['byEpoch'], ['profileTimes']],
      ({ byEpoch = true, profileTimes = 1 }) => !byEpoch || profileTimes === 1,
      'must be 1 where byEpoch is true (the default), since profiling ends with the first epoch; ' +
        'add byEpoch: false to profile so many iterations',
    ),
    ['profileTimes'],
  ),
  v.forward(
    v.partialCheck(
      [['byEpoch'], ['profileTimes'], ['schedule']],
      ({ byEpoch = true, profileTimes = 1, schedule }) => {
        const { skipFirst = 0, wait = 0, warmup = 0 } = schedule ?? {}
        return byEpoch || skipFirst + wait + warmup < profileTimes
      },
      'must begin to record within profileTimes iterations: profileTimes counts skipFirst, wait and warmup too',
    ),
    ['schedule'],
  ),
)
