import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hasCode } from '@hookloop/core'
import { describe, expect, it, type TestContext } from 'vitest'
import { takeLargestDeviation } from './close-to.js'
import { fieldsOf } from './fields.js'
import type { GoldenCase, Interpreter } from './interpreter.js'
import { goldenFolder, loadGoldens } from './load.js'

declare module 'vitest' {
  interface TaskMeta {
    /** The largest relative deviation of the numbers that a case compares. */
    deviation?: number
  }
}

/** The interpreter of a kind, where there is one: `interpreters/<kind>.ts`. */
async function interpreterOf(kind: string): Promise<Interpreter | undefined> {
  if (!existsSync(fileURLToPath(new URL(`./interpreters/${kind}.ts`, import.meta.url)))) return undefined
  const module: { readonly interpret: Interpreter } = await import(`./interpreters/${kind}.ts`)
  return module.interpret
}

async function play(interpret: Interpreter, golden: GoldenCase, { skip, task }: TestContext): Promise<void> {
  takeLargestDeviation()
  try {
    if (fieldsOf(golden.expected).raised !== undefined) await expectFailure(interpret, golden)
    else await interpret(golden, (reason) => skip(reason))
  } finally {
    const deviation = takeLargestDeviation()
    if (deviation !== undefined) task.meta.deviation = deviation
  }
}

/** Where the other system failed while it played a case, ours must fail too, with an error of its own. */
async function expectFailure(interpret: Interpreter, golden: GoldenCase): Promise<void> {
  let thrown: unknown
  try {
    await interpret(golden, (reason) => expect.fail(reason))
  } catch (error) {
    thrown = error
  }
  expect(hasCode(thrown), `an error with a code, but got ${String(thrown)}`).toBe(true)
}

for (const { header, cases } of loadGoldens(goldenFolder())) {
  const interpret = await interpreterOf(header.kind)
  describe(header.kind, () => {
    for (const golden of cases) {
      if (interpret === undefined)
        it.skip(`${golden.name} (no interpreter for ${header.kind} yet)`, () => undefined)
      else it(golden.name, (context) => play(interpret, golden, context))
    }
  })
}
