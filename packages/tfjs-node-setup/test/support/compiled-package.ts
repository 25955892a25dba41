import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { runCommand } from '../../src/run-command.js'

/** This package, compiled from its sources into a folder of its own, for processes that run it. */
export interface CompiledPackage {
  readonly dir: string
  readonly remove: () => Promise<void>
}

/** Compiles the package, below its own `node_modules`, so that it finds its dependency there. */
export async function compilePackage(): Promise<CompiledPackage> {
  const root = resolve(import.meta.dirname, '../..')
  const home = await mkdtemp(join(root, 'node_modules', '.compiled-'))
  const remove = () => rm(home, { recursive: true, force: true })
  await writeFile(join(home, 'package.json'), '{ "type": "module", "version": "1.2.3" }')
  const dir = join(home, 'dist')
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', dir]
  const result = await runCommand(process.execPath, args, { env: process.env, cwd: root })
  if (!result.succeeded) {
    await remove()
    throw new Error(result.output)
  }
  return { dir, remove }
}
