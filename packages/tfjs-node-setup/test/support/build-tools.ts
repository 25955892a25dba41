import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'

const tools = [
  ['Python 3 with pip', 'python3', '-m', 'pip', '--version'],
  ['a C++ compiler', 'c++', '--version'],
] as const

/** Skips a test that downloads or compiles where Python or a compiler are missing. */
export function needBuildTools({ skip }: Pick<TestContext, 'skip'>): void {
  const missing = tools.filter(([, program, ...args]) => spawnSync(program, args).status !== 0)
  if (missing.length > 0) skip(`not on this machine: ${missing.map(([name]) => name).join(', ')}`)
}
