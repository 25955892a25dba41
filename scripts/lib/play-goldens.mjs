import { readReports, removeReports } from './reports.mjs'
import { pnpm, run } from './run.mjs'

const project = 'tests/goldens'

/**
 * Plays the golden files of a folder, by default the project's own.
 * @param {string | undefined} folder
 * @param {{ show: boolean }} options show: print vitest's output as it comes
 * @returns {Promise<ReturnType<typeof readReports>>}
 */
export async function playGoldens(folder, { show }) {
  removeReports([project])
  const env = folder === undefined ? {} : { HOOKLOOP_GOLDENS: folder }
  const vitest = ['exec', 'vitest', 'run', '--config', '../../vitest.config.ts', 'src/goldens.test.ts']
  await run([...pnpm, '--dir', project, ...vitest], { show, env })
  return readReports([project])
}
