/**
 * Waits until no other tab trains: two of them would remove each other's checkpoints. The tab's turn lasts until it is
 * closed. Where the browser has no locks or refuses them, as with blocked cookies, nobody waits: tabs share no files then.
 * @param onWait called when there is another one
 */
export async function becomeOnlyTab(onWait: () => void): Promise<void> {
  if (navigator.locks === undefined) return
  try {
    if (await hold({ ifAvailable: true })) return
    onWait()
    await hold({})
  } catch {
    return
  }
}

/** @returns whether the lock is ours, which then lasts as long as the worker */
function hold(options: LockOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request('hookloop example', options, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<never>(() => undefined)
      })
      .catch(reject)
  })
}
