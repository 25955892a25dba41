import { spawn } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mustRun } from './must-run.mjs'

/**
 * A registry on the loopback that forgets everything when it is stopped.
 * @typedef {object} Registry
 * @property {string} url
 * @property {Record<string, string | undefined>} env makes npm and pnpm use it
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string} options.tools where Verdaccio is installed
 * @param {string} options.folder for its files
 * @param {readonly string[]} options.ours patterns of packages that it keeps itself; all others come from npm's registry
 * @returns {Promise<Registry>}
 */
export async function startRegistry({ tools, folder, ours }) {
  await mkdir(folder, { recursive: true })
  const upstream = await npmSetting('registry', /^https?:\S+$/m)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = join(folder, 'verdaccio.yaml')
  await writeFile(config, verdaccioConfig({ folder, upstream, ours }))
  const program = join(tools, 'node_modules', 'verdaccio', 'bin', 'verdaccio')
  const server = spawn(process.execPath, [program, '--config', config, '--listen', `127.0.0.1:${port}`])
  await listening(server, url)
  const userconfig = join(folder, 'npmrc')
  await writeFile(
    userconfig,
    `registry=${url}\n//127.0.0.1:${port}/:_authToken=fake\nfund=false\naudit=false\n`,
  )
  const cache = await npmCache(folder)
  return { url, env: clientEnvironment(url, userconfig, cache), stop: () => stopped(server) }
}

/** Its warnings come along. @param {string} name @param {RegExp} form */
async function npmSetting(name, form) {
  const [value] = form.exec(await mustRun(['npm', 'config', 'get', name])) ?? []
  if (value === undefined) throw new Error(`npm does not tell its ${name}`)
  return value
}

/**
 * A cache with the downloads of npm's own one, but not with the programs that `npm create` keeps by name and version: those of
 * a rehearsal are of a version that is not out yet, and must neither stay nor come from an earlier one.
 * @param {string} folder
 */
async function npmCache(folder) {
  const downloads = join(await npmSetting('cache', /^(\/|[A-Z]:).*$/m), '_cacache')
  const cache = join(folder, 'npm-cache')
  await mkdir(downloads, { recursive: true })
  await mkdir(cache)
  await symlink(downloads, join(cache, '_cacache'), 'junction')
  return cache
}

/** JSON is YAML. @param {{ folder: string, upstream: string | undefined, ours: readonly string[] }} options */
function verdaccioConfig({ folder, upstream, ours }) {
  const everybody = { access: '$all', publish: '$all', unpublish: '$all' }
  return JSON.stringify({
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { npm: { url: upstream, maxage: '1h', timeout: '60s', max_fails: 20 } },
    packages: {
      ...Object.fromEntries(ours.map((pattern) => [pattern, everybody])),
      '**': { access: '$all', publish: '$all', proxy: 'npm' },
    },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  })
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
}

/**
 * It says on its output when it listens.
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} server @param {string} url
 * @returns {Promise<void>}
 */
function listening(server, url) {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      if (output.includes(url.slice(0, -1))) resolve()
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('error', reject)
    server.on('close', (code) => reject(new Error(`the registry ended with ${code}:\n${output}`)))
  })
}

/** @param {import('node:child_process').ChildProcess} server @returns {Promise<void>} */
function stopped(server) {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    server.on('close', () => resolve())
    server.kill()
  })
}

/**
 * What `npm run` tells its scripts must not reach the npm that they start.
 * @param {string} url @param {string} userconfig @param {string} cache
 */
function clientEnvironment(url, userconfig, cache) {
  const inherited = Object.keys(process.env).filter((name) => /^(npm|pnpm)_/i.test(name))
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    npm_config_registry: url,
    npm_config_userconfig: userconfig,
    npm_config_cache: cache,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
  }
}
