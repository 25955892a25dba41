import type { Claim } from '@hookloop/core'

/**
 * Holds a name for this tab or worker until it is released or its holder is gone, however that ends. Other tabs of the
 * site see it. Browsers without Web Locks (Safari before 15.4) let everybody have it.
 */
export async function holdLock(name: string): Promise<Claim> {
  const { locks } = navigator
  if (locks === undefined) return { release: async () => undefined }
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve({ holder: 'another tab or worker of this site, or another Runner' })
        return new Promise<void>((letGo) => resolve({ release: async () => letGo() }))
      })
      .catch(reject)
  })
}

/** Names held by any tab or worker of this site; undefined where nobody knows. */
export async function heldLocks(): Promise<ReadonlySet<string> | undefined> {
  if (navigator.locks === undefined) return undefined
  const { held = [] } = await navigator.locks.query()
  return new Set(held.map(({ name = '' }) => name))
}
