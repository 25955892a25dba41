import { resolve } from 'node:path'
import { exitCodes } from '../exit-code.js'
import type { Core } from '../project/core.js'
import { type InstalledHook, installedHooks } from '../project/installed-hooks.js'
import { loadProject } from '../project/load-project.js'
import { keepOutputForJson, print, printJson } from '../terminal/print.js'
import { table } from '../terminal/table.js'
import type { DataArguments } from './common.js'
import { noteImports } from './conduct.js'

export interface HooksArguments extends DataArguments {
  readonly project: string
}

/** A name that a package of ours registers, which is not installed. */
interface AbsentName {
  readonly type: string
  readonly kind: string
  readonly package: string
  readonly install: string
}

/** `hookloop hooks`. @returns the exit code */
export async function hooks(args: HooksArguments): Promise<number> {
  if (args.json === true) keepOutputForJson()
  const loaded = await loadProject(resolve(args.project), true)
  const { core, imported, modules } = loaded
  noteImports(loaded, args)
  const hooks = installedHooks(core)
  const absent = absentNames(core)
  const packages = imported.map(({ name, version, folder }) => ({ name, version, folder }))
  if (args.json === true) {
    printJson({ core: core.version, hookApi: core.hookApiVersion, packages, hooks, available: absent })
    return exitCodes.ok
  }
  print(`${modules.project.folder}: @hookloop/core ${core.version}, hook API ${core.hookApiVersion}\n`)
  print(hooks.length === 0 ? 'no hooks are installed' : hookTable(hooks))
  const others = imported.filter(({ name }) => !hooks.some((hook) => hook.package === name))
  if (others.length > 0)
    print(`\nalso imported: ${others.map(({ name, version }) => `${name} ${version}`).join(', ')}`)
  if (absent.length > 0) print(`\nnot installed:\n${absentTable(absent)}`)
  return exitCodes.ok
}

function hookTable(hooks: readonly InstalledHook[]): string {
  return hooks
    .map((hook) => {
      const { type, version, hookApi, priority = 'by its options', slot, points } = hook
      return [
        `${type}  ${hook.package} ${version}, hook API ${hookApi}`,
        `  priority ${priority}${slot === undefined ? '' : `, fills the slot ${slot}`}`,
        `  ${points === undefined ? 'points by its options' : points.join(' ')}`,
      ].join('\n')
    })
    .join('\n')
}

function absentTable(absent: readonly AbsentName[]): string {
  const names = new Map<string, string[]>()
  for (const { install, type } of absent) names.set(install, [...(names.get(install) ?? []), type])
  return table(
    [...names].map(([install, types]) => [install, someOf(types)]),
    '  ',
  )
}

function someOf(types: readonly string[]): string {
  return types.length <= 3 ? types.join(', ') : `${types.slice(0, 3).join(', ')} and ${types.length - 3} more`
}

function absentNames(core: Core): AbsentName[] {
  const registries = [
    ...[core.hookRegistry, core.optimizerRegistry, core.optimWrapperRegistry, core.paramSchedulerRegistry],
    ...[core.metricRegistry, core.visBackendRegistry, core.stepCompilerRegistry],
  ]
  const present = new Map(registries.map((registry) => [registry.kind, new Set(registry.names())]))
  return core
    .knownPackages()
    .flatMap(({ name, kind, types }) =>
      types
        .filter((type) => present.get(kind)?.has(type) !== true)
        .map((type) => ({ type, kind, package: name, install: `npm install ${name}` })),
    )
}
