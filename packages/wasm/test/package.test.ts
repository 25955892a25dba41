import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Runs code against the built package in a process of its own. */
function run(kind: 'commonjs' | 'module', code: string): string {
  const args = kind === 'module' ? ['--input-type=module', '-e', code] : ['-e', code]
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

describe('the built package', () => {
  it('can be required', () => {
    expect(run('commonjs', "console.log(typeof require('@hookloop/wasm').useWasm)")).toContain('function')
  })

  it('tells where it looked, and why nothing came of it, and can be called again with the right place', () => {
    const [error, engine] = outcomes(
      `
      await useWasm({ folder: '/nowhere/' })`,
      `
      await useWasm({ folder: installed })`,
    )
    expect(error).toMatch(/could not be started: .nowhere.tfjs-backend-wasm-simd\.wasm cannot be loaded/)
    expect(error).toMatch(/Give `folder`.*cause: ENOENT/s)
    expect(engine).toBe('wasm, 1 thread, SIMD')
  })

  it('leaves the backend as it was when it fails, also for a file that is no WebAssembly', () => {
    const [before, error, after] = outcomes(
      "await setBackend('cpu'); return getBackend()",
      `const own = pathToFileURL(installed + 'index.js')
       await useWasm({ folder: { ...files, 'tfjs-backend-wasm-simd.wasm': own } })`,
      'return getBackend()',
    )
    expect(error).toMatch(/index\.js cannot be loaded \(what is there is no WebAssembly\)/)
    expect([before, after]).toEqual(['cpu', 'cpu'])
  })

  it('lets calls at one time share one start, whatever became of the one before', () => {
    const [engines] = outcomes(`
      const calls = ['/nowhere/', installed, installed, '/nowhere/'].map((folder) => useWasm({ folder }))
      const settled = await Promise.allSettled(calls)
      return settled.map(({ status }) => status).join(' ')`)
    expect(engines).toBe('rejected fulfilled fulfilled fulfilled')
  })

  it.each([
    ['a path without a slash at its end', 'installed.slice(0, -1)'],
    ['a URL', 'pathToFileURL(installed)'],
    ['the text of a URL', 'pathToFileURL(installed).href'],
    ['a record of paths', 'files'],
    [
      'a record of URLs',
      'Object.fromEntries(Object.entries(files).map(([name, path]) => [name, pathToFileURL(path)]))',
    ],
  ])('takes %s', (_what, folder) => {
    expect(outcomes(`await useWasm({ folder: ${folder} })`)).toEqual(['wasm, 1 thread, SIMD'])
  })

  it('tells which names of a record are missing or misspelt', () => {
    const [error] = outcomes(`
      const { 'tfjs-backend-wasm.wasm': plain, ...others } = files
      await useWasm({ folder: { ...others, 'tfjs-backend.wasm': plain } })`)
    expect(error).toMatch(
      /`folder` is wrong: tfjs-backend-wasm\.wasm is not given.*; tfjs-backend\.wasm is no file of the backend\. Give/,
    )
  })

  it('tells where there is no WebAssembly', () => {
    expect(outcomes('delete globalThis.WebAssembly; await useWasm()')).toEqual([
      'Error: There is no WebAssembly here, as some browsers switch it off; use another backend.',
    ])
  })

  it('works where wasm runs already', () => {
    expect(
      outcomes(`
        setWasmPaths(installed)
        await setBackend('wasm')
        await useWasm({ folder: '/nowhere/' })`),
    ).toEqual(['wasm, 1 thread, SIMD'])
  })
})

/** What each step comes to in one process that hears of every failure: what it returns, else the engine, or its error. */
function outcomes(...steps: string[]): unknown[] {
  const code = `
    import { createRequire } from 'node:module'
    import { dirname } from 'node:path'
    import { pathToFileURL } from 'node:url'
    import { getBackend, setBackend } from '@tensorflow/tfjs-core'
    import '@tensorflow/tfjs'
    import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
    import { useWasm as start } from '@hookloop/wasm'
    const installed = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + '/'
    const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']
    const files = Object.fromEntries(names.map((name) => [name, installed + name]))
    let told
    const useWasm = async (options) => {
      const { threads, simd } = await start(options)
      told = getBackend() + ', ' + threads + ' thread' + (simd ? ', SIMD' : '')
    }
    const outcomes = []
    for (const step of [${steps.map((step) => `async () => {${step}}`).join(',')}]) {
      try {
        outcomes.push((await step()) ?? told)
      } catch (error) {
        outcomes.push(String(error) + (error.cause ? ' cause: ' + error.cause.message : ''))
      }
    }
    process.stdout.write('\\n' + JSON.stringify(outcomes))`
  return JSON.parse(run('module', code).split('\n').at(-1) ?? '')
}
