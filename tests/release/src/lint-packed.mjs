import { join } from 'node:path'
import { run } from '../../../scripts/lib/run.mjs'

/**
 * What publint and are-the-types-wrong find in packed packages; nothing, where all is well.
 * @param {string} tools @param {readonly import('./next-release.mjs').PackedPackage[]} packages
 * @returns {Promise<string[]>}
 */
export async function lintPacked(tools, packages) {
  const program = (/** @type {string} */ name) => join(tools, 'node_modules', '.bin', name)
  /** @type {string[]} */
  const findings = []
  const queue = packages.flatMap(({ name, folder, tarball }) => [
    { name, command: [program('publint'), folder, '--pack', 'false', '--strict'] },
    { name, command: [program('attw'), tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'] },
  ])
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { code, output } = await run(next.command)
      if (code !== 0) findings.push(`${next.name}: ${next.command.join(' ')} ended with ${code}:\n${output}`)
    }
  }
  await Promise.all([work(), work()])
  return findings
}
