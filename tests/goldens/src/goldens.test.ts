import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, it } from 'vitest'
import { takeLargestDeviation } from './close-to.js'
import type { Interpreter } from './interpreter.js'
import { goldenFolder, loadGoldens } from './load.js'

/** The interpreter of a kind, where there is one: `interpreters/<kind>.ts`. */
async function interpreterOf(kind: string): Promise<Interpreter | undefined> {
  if (!existsSync(fileURLToPath(new URL(`./interpreters/${kind}.ts`, import.meta.url)))) return undefined
  const module: { readonly interpret: Interpreter } = await import(`./interpreters/${kind}.ts`)
  return module.interpret
}

declare module 'vitest' {
  interface TaskMeta {
    /** The largest deviation among the numbers that a case compares, in proportion to them. */
    deviation?: number
  }
}

afterEach(({ task }) => {
  const deviation = takeLargestDeviation()
  if (deviation !== undefined) task.meta.deviation = deviation
})

for (const { header, cases } of loadGoldens(goldenFolder())) {
  const interpret = await interpreterOf(header.kind)
  describe(header.kind, () => {
    for (const golden of cases) {
      if (interpret === undefined)
        it.skip(`${golden.name} (no interpreter for ${header.kind} yet)`, () => undefined)
      else it(golden.name, ({ skip }) => interpret(golden, (reason) => skip(reason)))
    }
  })
}
