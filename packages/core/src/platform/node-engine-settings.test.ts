import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environmentFor, settingsIn } from './node-engine-settings.js'

const anySettings = fc.record(
  {
    intraOpThreads: fc.integer({ min: 1, max: 256 }),
    interOpThreads: fc.integer({ min: 1, max: 256 }),
    oneDnn: fc.boolean(),
    xla: fc.boolean(),
  },
  { requiredKeys: [] },
)
const otherFlags = fc.constantFrom(
  undefined,
  '',
  '--tf_xla_max_cluster_size=10',
  ' --tf_xla_clustering_debug  --a=b ',
)

describe('settings in an environment', () => {
  it('are those that it was made for, whatever was there before', () => {
    fc.assert(
      fc.property(anySettings, anySettings, otherFlags, (settings, before, flags) => {
        const old = environmentFor(before, { TF_XLA_FLAGS: flags })
        const environment = { ...old, ...environmentFor(settings, { TF_XLA_FLAGS: flags, ...old }) }
        const { xla = false, ...expected } = { ...before, ...settings }
        expect(settingsIn(environment)).toEqual(xla ? { ...expected, xla } : expected)
        for (const flag of flags?.split(' ') ?? [])
          if ('TF_XLA_FLAGS' in environment) expect(environment.TF_XLA_FLAGS).toContain(flag)
      }),
      { seed: 1 },
    )
  })

  it.each([
    [{}, {}],
    [{ TF_NUM_INTRAOP_THREADS: '0', TF_NUM_INTEROP_THREADS: 'two', TF_ENABLE_ONEDNN_OPTS: '' }, {}],
    [{ TF_NUM_INTRAOP_THREADS: '-1', TF_NUM_INTEROP_THREADS: '-1' }, { interOpThreads: 1 }],
    [{ TF_NUM_INTEROP_THREADS: '1' }, { interOpThreads: 1 }],
    [{ TF_ENABLE_ONEDNN_OPTS: 'False' }, { oneDnn: false }],
    [{ TF_ENABLE_ONEDNN_OPTS: 'true' }, { oneDnn: true }],
    [{ TF_XLA_FLAGS: '--tf_xla_auto_jit=2' }, { xla: false }],
    [{ TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit=true' }, { xla: true }],
    [{ TF_XLA_FLAGS: '--tf_xla_cpu_global_jit --tf_xla_auto_jit=fusible' }, { xla: true }],
    [{ TF_XLA_FLAGS: '--tf_xla_cpu_global_jit --tf_xla_auto_jit=2 --tf_xla_auto_jit=-1' }, { xla: false }],
  ])('%j are %j, as TensorFlow reads them', (environment, settings) => {
    expect(settingsIn(environment)).toEqual(settings)
  })

  it('let the thread that asks compute, where operations run one by one', () => {
    expect(environmentFor({ intraOpThreads: 1, interOpThreads: 1 }, {})).toEqual({
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '-1',
    })
  })
})
