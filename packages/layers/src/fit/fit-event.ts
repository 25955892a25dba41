import type { Metrics, StepOutputs } from '@hookloop/core'

/** What `model.fit` has reached. */
export type FitEvent =
  | { readonly at: 'epochBegin'; readonly epoch: number }
  | { readonly at: 'batchBegin'; readonly batchIdx: number }
  | { readonly at: 'batchEnd'; readonly batchIdx: number; readonly outputs: StepOutputs }
  | { readonly at: 'epochEnd'; readonly valMetrics: Metrics }
  | { readonly at: 'trainEnd' }
  | { readonly at: 'failure'; readonly error: unknown }
