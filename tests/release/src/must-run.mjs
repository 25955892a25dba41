import { run } from '../../../scripts/lib/run.mjs'

/**
 * Runs a command to its end.
 * @param {string[]} command @param {Parameters<typeof run>[1]} [options]
 * @returns {Promise<string>} what it printed
 * @throws an Error with all of that where it does not end with 0
 */
export async function mustRun(command, options) {
  const { code, output } = await run(command, options)
  if (code === 0) return output
  throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`)
}
