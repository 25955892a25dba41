// Run in a process of its own, as a native library that does not fit the machine ends its process.
// Argument: the URL of core. Prints a line of JSON for the doctor.
import { reasonOf } from '../terminal/error-text.js'

/** What became of choosing an engine. */
export type ProbeReport =
  | { readonly engine: string; readonly hint?: string; readonly warning?: string }
  | { readonly failure: string }

async function probe(url: string): Promise<ProbeReport> {
  try {
    const core: typeof import('@hookloop/core') = await import(url)
    const { engine, hint, warning } = await core.useEngine()
    return {
      engine: engine.describe(),
      ...(hint === undefined ? {} : { hint }),
      ...(warning === undefined ? {} : { warning }),
    }
  } catch (error) {
    return { failure: reasonOf(error) }
  }
}

const report = await probe(process.argv[2] ?? '')
process.send?.(report)
process.disconnect?.()
