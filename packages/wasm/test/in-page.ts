import { useWasm } from '../src/index.js'

/** What starting the engine comes to. */
async function outcomeOf(folder?: string | URL): Promise<string> {
  try {
    const { simd } = await useWasm(folder === undefined ? {} : { folder })
    return simd ? 'with SIMD' : 'without SIMD'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What the tests use in a page: bundled for it, and there by this name in its window and its worker. */
const tools = { outcomeOf }
declare global {
  var inPage: typeof tools
}
globalThis.inPage = tools
