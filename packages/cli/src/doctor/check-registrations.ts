import type { Core } from '../project/core.js'
import { importPackages } from '../project/import-packages.js'
import { installedHooks } from '../project/installed-hooks.js'
import type { ProjectModules } from '../project/modules.js'
import { registeringPackages } from '../project/registering-packages.js'
import { reasonOf } from '../terminal/error-text.js'
import type { Finding } from './finding.js'

const topic = 'hooks'

/** Whether the packages that register themselves can: hook API, names, one core. */
export async function checkRegistrations(modules: ProjectModules, core: Core): Promise<Finding[]> {
  const problems: Finding[] = []
  for (const one of registeringPackages(modules.project)) {
    try {
      await importPackages(modules, [one])
    } catch (error) {
      problems.push({ topic, status: 'problem', text: reasonOf(error) })
    }
  }
  const names = installedHooks(core).map(({ type }) => type)
  if (problems.length > 0) return problems
  if (names.length > 0)
    return [
      { topic, status: 'ok', text: `registered with hook API ${core.hookApiVersion}: ${names.join(', ')}` },
    ]
  return [
    {
      ...{ topic, status: 'warning', text: 'no hooks are among the dependencies of the project' },
      remedy: '`hookloop hooks` lists what there is',
    },
  ]
}
