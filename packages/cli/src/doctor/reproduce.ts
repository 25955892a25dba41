import { packagesOf, partsOf } from '../checkpoint/parts.js'
import { readCheckpointHeader } from '../checkpoint/read-checkpoint.js'
import { findPackage } from '../project/find-package.js'
import type { Project } from '../project/project.js'
import { shellWords } from '../terminal/shell-words.js'
import type { Finding } from './finding.js'

const topic = 'checkpoint'

/** Which versions the run of a checkpoint had, and how to install them. @throws CliError `HL_CLI_CHECKPOINT` */
export async function reproduce(file: string, { folder }: Project): Promise<Finding[]> {
  const parts = partsOf((await readCheckpointHeader(file)).metadata)
  const packages = Object.entries(packagesOf(parts))
  if (packages.length === 0)
    return [{ topic, status: 'warning', text: `${file} names no packages: it was not saved by a Runner` }]
  const others = packages.filter(([name, version]) => findPackage(name, folder)?.version !== version)
  const surroundings = [`engine: ${parts.meta.engine}`, `seed: ${parts.meta.seed}`].join(', ')
  if (others.length === 0)
    return [
      {
        topic,
        status: 'ok',
        text: `${file}: all of its ${packages.length} packages are installed as they were. ${surroundings}`,
      },
    ]
  return [
    ...others.map(([name, version]) => difference(name, version, findPackage(name, folder)?.version)),
    {
      ...{ topic, status: 'warning', text: `to reproduce the run of ${file} (${surroundings})` },
      remedy: shellWords([
        'npm',
        'install',
        '--save-exact',
        ...others.map(([name, version]) => `${name}@${version}`),
      ]),
    },
  ]
}

function difference(name: string, then: string, now: string | undefined): Finding {
  return { topic, status: 'warning', text: `${name} was ${then}; here it is ${now ?? 'not installed'}` }
}
