import { packageInfo } from './package-info.js'

export { type ContractCheck, contractChecks } from './contract/checks.js'
export { expectHookContract } from './contract/expect-hook-contract.js'
export { type ContractFinding, HookContractError } from './contract/finding.js'
export type { HookClass, HookContractOptions, HookMaker } from './contract/options.js'
export { expectGolden, type GoldenOptions } from './golden/node-golden.js'
export { FakeClock } from './parts/fake-clock.js'
export { PlainDescent, type PlainDescentOptions } from './parts/plain-descent.js'
export { ScriptedMetric } from './parts/scripted-metric.js'
export { tinyDataset } from './parts/tiny-dataset.js'
export { type TinyBatch, TinyModel, type TinyModelOptions } from './parts/tiny-model.js'
export { type TinyRunnerOptions, tinyRunner, tinyRunnerOptions } from './parts/tiny-runner.js'
export { type HubEntry, HubRecorder, type HubRecorderOptions } from './recorders/hub-recorder.js'
export { type LogLine, LogRecorder } from './recorders/log-recorder.js'
export { type ImageRow, ScalarRecorder, type ScalarRow } from './recorders/scalar-recorder.js'
export { type TraceEntry, TraceRecorder, type TraceRecorderOptions } from './recorders/trace-recorder.js'

/** Version of this package. */
export const version = packageInfo.version
