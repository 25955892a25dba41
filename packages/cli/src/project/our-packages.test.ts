import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@hookloop/core'
import '@hookloop/compile'
import '@hookloop/hook-ema'
import '@hookloop/metrics'
import '@hookloop/optim'
import '@hookloop/scheduler'
import '@hookloop/vis-tensorboard'
import { expect, it } from 'vitest'
import { readPackage } from './find-package.js'

const packages = fileURLToPath(new URL('../../..', import.meta.url))
const manifests = readdirSync(packages).flatMap((folder) => readPackage(join(packages, folder)) ?? [])

const fields = {
  hooks: core.hookRegistry,
  optimizers: core.optimizerRegistry,
  optimWrappers: core.optimWrapperRegistry,
  paramSchedulers: core.paramSchedulerRegistry,
  metrics: core.metricRegistry,
  stepCompilers: core.stepCompilerRegistry,
  visBackends: core.visBackendRegistry,
}

it.each(['compile', 'hook-ema', 'metrics', 'optim', 'scheduler', 'vis-tensorboard'])(
  '%s registers what its package.json says',
  (folder) => {
    const one = readPackage(join(packages, folder))
    const registered = Object.entries(fields).flatMap(([field, registry]) => {
      // Names that are there to say that they are not say so for configs of MMEngine.
      const types = [...registry.entries()].filter(
        ({ packageInfo, details }) => packageInfo.name === one?.name && details.unavailable === undefined,
      )
      return types.length === 0 ? [] : [[field, types.map(({ type }) => type).sort()] as const]
    })
    expect(sorted(one?.manifest.hookloop)).toEqual(Object.fromEntries(registered))
  },
)

it('core knows every package of ours that registers something', () => {
  const known = core.knownPackages().flatMap(({ name, types }) => types.map((type) => `${name} ${type}`))
  const said = manifests.flatMap(({ name, manifest }) =>
    Object.values(sorted(manifest.hookloop))
      .flat()
      .map((type) => `${name} ${type}`),
  )
  expect(said.filter((line) => !line.includes('/hook-')).sort()).toEqual(
    known.filter((line) => !line.includes('/hook-')).sort(),
  )
  expect(said).toEqual(expect.arrayContaining(known))
})

function sorted(field: unknown): Record<string, string[]> {
  const entries = Object.entries(field ?? {})
  return Object.fromEntries(entries.map(([name, types]) => [name, [...types].map(String).sort()]))
}
