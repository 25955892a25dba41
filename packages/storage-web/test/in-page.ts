import { hasCode } from '@hookloop/core'
import { storageContract } from '@hookloop-tests/storage-contract'
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

/** Observes a rule of the contract, in a folder of its own. */
async function observeRule(index: number): Promise<unknown> {
  return storageContract[index]?.observe(new OpfsStorage(), `/contract/${index}`)
}

/** Names of the files that are not whole yet. */
async function temporaryFiles(): Promise<string[]> {
  return new OpfsStorage().list('.hookloop')
}

/** What the tests use in a page: bundled for it, and there by this name in its window and its worker. */
const tools = { OpfsStorage, observeRule, outcomeOf, readText, temporaryFiles, trainLine }
declare global {
  var inPage: typeof tools
}
globalThis.inPage = tools
