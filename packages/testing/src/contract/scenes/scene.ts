import type { RunnerOptions } from '@hookloop/core'
import { RuntimeValues, TimerValues } from '../company/standard-values.js'
import { failureFindings } from '../failure-findings.js'
import type { ContractFinding } from '../finding.js'
import type { MadeHook } from '../hook-maker.js'
import { type Rehearsal, type RehearsalSettings, rehearse } from '../rehearsal.js'

/** What all runs of a contract have in common. */
export interface ContractSubject {
  readonly make: () => MadeHook
  /** New options for each run. */
  readonly given: () => Partial<RunnerOptions>
  /** True for a path of the hook's fields that need not come back. */
  readonly isTransient: (path: string) => boolean
}

/** What a scene wants of its run. */
export type SceneSettings = Omit<RehearsalSettings, 'make' | 'given'>

/** Lets a run happen. @returns what came of it, with a finding for each failure of the hook */
export async function play(
  { make, given }: ContractSubject,
  settings: SceneSettings,
): Promise<Rehearsal & { readonly findings: readonly ContractFinding[] }> {
  const rehearsal = await rehearse({ ...settings, make, given: given() })
  return { ...rehearsal, findings: [...rehearsal.findings, ...failureFindings(rehearsal)] }
}

/** The hooks that write what standard hooks write. */
export function standardCompany(): [RuntimeValues, TimerValues] {
  return [new RuntimeValues(), new TimerValues()]
}

/** Options without validation. */
export function withoutValidation({
  valDataloader: _loader,
  valEvaluator: _evaluator,
  ...rest
}: RunnerOptions) {
  return rest
}

/** Options with which nothing can be trained. */
export function withoutTraining({
  trainDataloader: _loader,
  trainCfg: _cfg,
  optimWrapper: _wrapper,
  paramScheduler: _scheduler,
  ...rest
}: RunnerOptions): RunnerOptions {
  return rest
}
