import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Starts the Chromium that was found. */
export interface Browser {
  /**
   * Opens a profile without windows; pages of one profile share their files, also after the profile was closed and
   * opened again.
   * @param profile the folder of the profile
   */
  open(profile: string): Promise<BrowserContext>
}

/** Chromium from the PATH or from `HOOKLOOP_CHROMIUM`, or why there is none. */
export async function findBrowser(): Promise<Browser | { readonly reason: string }> {
  const executablePath = await findExecutable()
  if (executablePath === undefined)
    return {
      reason: `there is no Chromium: none of ${names.join(', ')} is on the PATH, and HOOKLOOP_CHROMIUM names none`,
    }
  return {
    open: (profile) =>
      chromium.launchPersistentContext(profile, {
        executablePath,
        // Root has no sandbox, and containers have a small /dev/shm.
        args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
      }),
  }
}

async function findExecutable(): Promise<string | undefined> {
  const { HOOKLOOP_CHROMIUM: named, PATH = '' } = process.env
  const folders = PATH.split(delimiter).filter((folder) => folder !== '')
  const candidates = named ? [named] : folders.flatMap((folder) => names.map((name) => join(folder, name)))
  for (const path of candidates) if (await isExecutable(path)) return path
  return undefined
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
