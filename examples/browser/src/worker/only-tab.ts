/**
 * Waits until no other tab trains: two of them would remove each other's checkpoints. The tab's turn lasts until it is
 * closed.
 * @param onWait called when there is another one
 */
export async function becomeOnlyTab(onWait: () => void): Promise<void> {
  const name = 'hookloop example'
  const { locks } = navigator
  if (locks === undefined) return
  const hold = (lock: Lock | null, done: (isMine: boolean) => void) => {
    done(lock !== null)
    return lock === null ? undefined : new Promise<never>(() => undefined)
  }
  const isMine = await new Promise<boolean>((done) => {
    void locks.request(name, { ifAvailable: true }, (lock) => hold(lock, done))
  })
  if (isMine) return
  onWait()
  await new Promise<boolean>((done) => {
    void locks.request(name, (lock) => hold(lock, done))
  })
}
