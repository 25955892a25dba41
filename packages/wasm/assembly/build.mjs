// Compiles products.ts into src/products-binary.ts: `node assembly/build.mjs`; `--check` only tells whether it is current.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const source = join(import.meta.dirname, 'products.ts')
const target = join(import.meta.dirname, '..', 'src', 'products-binary.ts')

/** @returns {Promise<string>} the text of the target */
export async function compiled() {
  let binary
  const { error, stderr } = await asc.main(
    [
      source,
      '--outFile',
      'products.wasm',
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--enable',
      'simd',
    ],
    { writeFile: (_name, content) => (binary = content), listFiles: () => [] },
  )
  if (error !== null || binary === undefined) throw new Error(`${stderr}`)
  const base64 = Buffer.from(binary).toString('base64')
  return `/** WebAssembly, compiled from assembly/products.ts by assembly/build.mjs. */\nexport const productsBinary =\n  '${base64}'\n`
}

export function present() {
  return readFileSync(target, 'utf8')
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, await compiled())
