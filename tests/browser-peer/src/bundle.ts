import { isBuiltin } from 'node:module'
import { rolldown } from 'rolldown'

/** One file for a page. */
export interface Bundle {
  readonly code: string
  /** Imports of Node's own modules that a page cannot follow, as `module in file`. */
  readonly nodeImports: readonly string[]
}

/** Bundles a module with all that it imports, as a page would get it: no condition `node`, nothing left outside. */
export async function bundleForBrowser(input: string, format: 'esm' | 'iife' = 'esm'): Promise<Bundle> {
  const nodeImports: string[] = []
  const build = await rolldown({
    input,
    platform: 'browser',
    resolve: { conditionNames: ['browser', 'import', 'default'], extensionAlias: { '.js': ['.ts', '.js'] } },
    checks: { eval: false },
    // Classic scripts have no import.meta.
    ...(format === 'iife' ? { transform: { define: { 'import.meta.url': '"https://example.test/"' } } } : {}),
    onLog: (level, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      if (level === 'warn') process.stderr.write(`${log.message}\n`)
    },
    plugins: [
      {
        name: 'node-imports',
        resolveId: {
          order: 'post',
          async handler(source, importer, options) {
            if (!isBuiltin(source)) return undefined
            // A package may say in its field `browser` what takes the place of a module of Node.
            const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
            if (resolved !== null && !resolved.external) return resolved
            nodeImports.push(`${source} in ${importer}`)
            return { id: source, external: true }
          },
        },
      },
    ],
  })
  const { output } = await build.generate({ format, codeSplitting: false, name: 'bundle', exports: 'named' })
  await build.close()
  return { code: output[0].code, nodeImports }
}
