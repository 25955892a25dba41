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

  it('tells where it looked when the files are not there', () => {
    const code = `
      import { useWasm } from '@hookloop/wasm'
      process.on('unhandledRejection', () => {})
      await useWasm({ folder: '/nowhere/' }).catch((error) => console.log(error.message))`
    const told = run('module', code)
    expect(told).toContain('looked for in /nowhere/')
    expect(told).toContain('Give `folder`')
  })

  it('takes the place of each file, and tells where it looked', () => {
    const code = `
      import { useWasm } from '@hookloop/wasm'
      import { createRequire } from 'node:module'
      const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
      const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']
      const folder = Object.fromEntries(names.map((name) => [name, main.replace(/[^/\\\\]*$/, name)]))
      console.log(JSON.stringify(await useWasm({ folder })))`
    expect(run('module', code)).toContain('"threads":1,"simd":true')
  })
})
