import { readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { systemErrorCode, TfjsNodeSetupError } from './errors.js'

/** An installed `@tensorflow/tfjs-node`, with or without its native parts. */
export interface TfjsNodePackage {
  /** The real folder of the package (under pnpm the one in `node_modules/.pnpm`). */
  readonly dir: string
  readonly version: string
  /** Version of Node-API that the addon is built for. */
  readonly napiVersion: number
  /** Where tfjs-node looks for its addon. */
  readonly addonFile: string
  /** Where the addon looks for TensorFlow's libraries. */
  readonly libDir: string
}

interface PackageJson {
  version: string
  binary: { module_name: string; module_path: string; napi_versions: number[] }
}

/**
 * Finds the tfjs-node that a module in the folder `from` would load.
 * @throws TfjsNodeSetupError `HL_SETUP_NOT_INSTALLED`
 */
export async function locateTfjsNode(from: string): Promise<TfjsNodePackage> {
  const packageJsonFile = await resolvePackageJson(resolve(from))
  const { version, binary }: PackageJson = JSON.parse(await readFile(packageJsonFile, 'utf8'))
  const dir = dirname(packageJsonFile)
  const napiVersion = bestNapiVersion(binary.napi_versions)
  const addonDir = join(dir, binary.module_path.replace('{napi_build_version}', String(napiVersion)))
  return {
    dir,
    version,
    napiVersion,
    addonFile: join(addonDir, `${binary.module_name}.node`),
    libDir: join(dir, 'deps', 'lib'),
  }
}

async function resolvePackageJson(from: string): Promise<string> {
  const { resolve: resolveModule } = createRequire(join(from, 'package.json'))
  try {
    return await realpath(resolveModule('@tensorflow/tfjs-node/package.json'))
  } catch (error) {
    if (systemErrorCode(error) !== 'MODULE_NOT_FOUND') throw error
    throw new TfjsNodeSetupError({
      code: 'HL_SETUP_NOT_INSTALLED',
      summary: '@tensorflow/tfjs-node is not installed.',
      lookedFor: `@tensorflow/tfjs-node in the node_modules of ${from} and of the folders above it`,
      found: 'no such package',
      waysOut: [
        'npm: `npm install --ignore-scripts @tensorflow/tfjs-node`, so that its own failing download is skipped',
        "pnpm: `pnpm add @tensorflow/tfjs-node` with `'@tensorflow/tfjs-node': false` under `allowBuilds`",
        'run the set-up in the folder of the package that depends on tfjs-node',
      ],
    })
  }
}

/** node-pre-gyp, which tfjs-node asks for its addon, takes the highest version that Node supports. */
function bestNapiVersion(offered: readonly number[]): number {
  const supported = Number(process.versions.napi)
  return Math.max(...offered.filter((version) => version <= supported))
}
