import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStamp } from './file-stamps.js'
import type { TfjsNodePackage } from './locate.js'

/** What the set-up leaves in `deps` of tfjs-node, to know its own work again. */
export interface Marker {
  readonly madeBy: '@hookloop/tfjs-node-setup'
  /** Version of TensorFlow. */
  readonly tensorflow: string
  /** sha256 of the wheel. */
  readonly wheel: string
  /** The files that a load test found working, by their paths in the package; undefined until then. */
  readonly verified?: readonly FileStamp[]
}

const markerName = 'hookloop-setup.json'

/** The marker of a package, or undefined where the set-up made nothing. */
export async function readMarker(tfjsNode: TfjsNodePackage): Promise<Marker | undefined> {
  try {
    const marker: Marker = JSON.parse(await readFile(join(tfjsNode.dir, 'deps', markerName), 'utf8'))
    return marker.madeBy === '@hookloop/tfjs-node-setup' ? marker : undefined
  } catch {
    return undefined
  }
}

/** Writes the marker into a `deps` folder, atomically. */
export async function writeMarker(depsDir: string, marker: Marker): Promise<void> {
  const beside = join(depsDir, `${markerName}.${process.pid}`)
  await writeFile(beside, `${JSON.stringify(marker, undefined, 2)}\n`)
  await rename(beside, join(depsDir, markerName))
}
