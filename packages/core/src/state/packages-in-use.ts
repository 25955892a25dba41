import { packageInfo } from '../package-info.js'
import { allRegistries } from '../registry/registries.js'
import type { Runner } from '../runner/runner.js'

/** Core and the packages of what takes part in a run: hooks, model, optimizers, schedulers and the like. With their versions. */
export function packagesInUse(runner: Runner): Record<string, string> {
  const packages: Record<string, string> = { [packageInfo.name]: packageInfo.version }
  const { model, trainLoop, optimWrapper, paramSchedulers, stepCompiler, visualizer, trainDataLoader } =
    runner
  const parts: readonly (object | undefined)[] = [
    ...runner.hooks.entries.map(({ hook }) => hook),
    ...[model, trainLoop, optimWrapper, stepCompiler, trainDataLoader?.dataset, trainDataLoader?.sampler],
    ...Object.values(paramSchedulers).flat(),
    ...visualizer.backends,
  ]
  for (const registry of allRegistries) {
    for (const part of parts) {
      const info = part && registry.of(part)?.packageInfo
      if (info !== undefined) packages[info.name] = info.version
    }
  }
  return packages
}

/** Core and every package that has registered something, used or not. */
export function importedPackages(): Record<string, string> {
  const packages: Record<string, string> = { [packageInfo.name]: packageInfo.version }
  for (const registry of allRegistries)
    for (const { packageInfo: info } of registry.entries()) packages[info.name] = info.version
  return packages
}
