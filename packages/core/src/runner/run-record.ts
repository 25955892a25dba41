import { version_core as tfjsVersion } from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { reasonOf } from '../errors/hook-error.js'
import { importedPackages } from '../state/packages-in-use.js'
import { writeFile } from '../storage/storage.js'
import { configText } from './config-text.js'
import { resolvedConfig } from './resolved-config.js'
import type { Runner } from './runner.js'

/**
 * Keeps beside the log what the run was made of: `config.json`, the config with its defaults, and `environment.json`, versions
 * and the state of the sources. What cannot be kept is told and does not end the run.
 */
export async function keepRecord(runner: Runner): Promise<void> {
  const { storage, logDir, logger, dist, seed, options } = runner
  if (dist.rank !== 0 || platform.trial !== undefined) return
  const { system, git } = await platform.surroundings()
  const packages = importedPackages()
  const environment = {
    time: new Date().toISOString(),
    packages,
    tfjs: tfjsVersion,
    engine: runner.engine.describe(),
    system,
    seed,
    git: git ?? null,
  }
  const sources = git && `git ${git.commit.slice(0, 8)}${git.isDirty ? ' with changes' : ''}`
  const [core = ''] = Object.entries(packages).map((entry) => entry.join(' '))
  logger.info(`environment: ${[core, `tfjs ${tfjsVersion}`, system, sources].filter(Boolean).join(', ')}`)
  const keep = (name: string, content: unknown) =>
    writeFile(storage, storage.join(logDir, name), `${configText(content)}\n`)
  try {
    await Promise.all([
      keep('config.json', resolvedConfig(options, seed)),
      keep('environment.json', environment),
    ])
  } catch (error) {
    logger.error(reasonOf(error))
  }
}
