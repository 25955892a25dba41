import type { Claim } from '@hookloop/core'
import { unavailable } from './storage-errors.js'

/**
 * Holds a name for this tab or worker until it is released or its holder is gone, however that ends. Other tabs of the
 * site see it.
 */
export function holdLock(name: string): Promise<Claim> {
  return new Promise((resolve, reject) => {
    webLocks()
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve({ holder: 'another tab or worker of this site, or another Runner' })
        return new Promise<void>((letGo) => resolve({ release: async () => letGo() }))
      })
      .catch(reject)
  })
}

/**
 * Runs an action while nobody else of this site runs one under the same name, or only others that share it; they wait for
 * each other in the order of their calls.
 */
export async function underLock<Result>(
  name: string,
  mode: LockMode,
  action: () => Promise<Result>,
): Promise<Result> {
  return webLocks().request(name, { mode }, action)
}

/** Names held by any tab or worker of this site. */
export async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await webLocks().query()
  return new Set(held.map(({ name = '' }) => name))
}

function webLocks(): LockManager {
  if (typeof navigator === 'undefined') throw unavailable('this is no browser')
  if (navigator.locks === undefined)
    throw unavailable('it is not served over https or from localhost, or this browser is too old')
  return navigator.locks
}
