import { userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { TfjsNodeSetupError } from './errors.js'

/**
 * The folder where hookloop keeps what several projects share: `HOOKLOOP_CACHE_DIR`, else
 * `$XDG_CACHE_HOME/hookloop`, else `~/.cache/hookloop`. It need not exist.
 * @param env default `process.env`
 * @throws TfjsNodeSetupError `HL_SETUP_NO_CACHE_DIR` where there is no home folder either
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HOOKLOOP_CACHE_DIR) return resolve(env.HOOKLOOP_CACHE_DIR)
  const xdgCacheHome = env.XDG_CACHE_HOME
  // The XDG specification wants relative paths to be ignored.
  if (xdgCacheHome && isAbsolute(xdgCacheHome)) return join(xdgCacheHome, 'hookloop')
  const home = env.HOME || homeOfUser()
  if (home && isAbsolute(home)) return join(home, '.cache', 'hookloop')
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_NO_CACHE_DIR',
    summary: 'There is no folder to keep the TensorFlow libraries in.',
    lookedFor: 'HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME, HOME, and the home folder of the current user',
    found: 'none of them set to an absolute path',
    waysOut: ['set HOOKLOOP_CACHE_DIR to a folder with 900 MB of free space'],
  })
}

/** `os.homedir()` would hand back an empty HOME, and a relative path would then land in the project. */
function homeOfUser(): string {
  try {
    return userInfo().homedir
  } catch {
    return ''
  }
}
