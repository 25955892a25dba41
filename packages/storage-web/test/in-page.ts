import { hasCode } from '@hookloop/core'
import { OpfsStorage } from '../src/index.js'
import { trainLine } from './line-training.js'

/** What an attempt came to: its code where it failed on purpose. */
async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'no error'
  } catch (error) {
    return hasCode(error) ? error.message : `no hookloop error: ${String(error)}`
  }
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await new OpfsStorage().read(path))
}

/** What the tests use in a page: bundled for it, and there by this name in its window and its worker. */
const tools = { OpfsStorage, outcomeOf, readText, trainLine }
declare global {
  var inPage: typeof tools
}
globalThis.inPage = tools
