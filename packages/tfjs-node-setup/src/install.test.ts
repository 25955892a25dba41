import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { linksIn, npmProject, pnpmProject } from '../test/support/projects.js'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { fileSha256 } from './file-hash.js'
import { install } from './install.js'
import { librariesOf } from './libraries.js'
import { locateTfjsNode } from './locate.js'
import { readMarker } from './marker.js'
import { pinnedWheels } from './wheel.js'

/** Parts to lay into a package; what they hold does not matter here. */
async function parts(dir: string) {
  const [wheel] = pinnedWheels
  if (wheel === undefined) throw new Error('no wheel is pinned')
  const addonFile = join(dir, 'compiled.node')
  await writeFile(addonFile, 'an addon')
  return { libraries: librariesOf(wheel, join(dir, 'cache')), addonFile }
}

async function installInto(project: { dir: string }) {
  const tfjsNode = await locateTfjsNode(project.dir)
  const { libraries, addonFile } = await parts(project.dir)
  return { tfjsNode, libraries, installation: await install(tfjsNode, libraries, addonFile) }
}

async function contents(dir: string): Promise<Record<string, string>> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true })
  const hashes = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }) => [join(parentPath, name), await fileSha256(join(parentPath, name))])
  return Object.fromEntries(await Promise.all(hashes))
}

it('links the libraries and copies the addon, marked as unverified', async () => {
  const project = await npmProject(await temporaryDir())
  const { tfjsNode, libraries, installation } = await installInto(project)
  expect(await linksIn(tfjsNode.libDir)).toEqual({
    'libtensorflow.so': libraries.tensorflowLibrary,
    'libtensorflow_cc.so.2': libraries.tensorflowLibrary,
    'libtensorflow_framework.so': libraries.frameworkLibrary,
    'libtensorflow_framework.so.2': libraries.frameworkLibrary,
  })
  expect((await lstat(tfjsNode.addonFile)).isFile()).toBe(true)
  expect(await readFile(tfjsNode.addonFile, 'utf8')).toBe('an addon')
  expect(await readMarker(tfjsNode)).toEqual(installation.marker)
  expect(installation.marker.verified).toBeUndefined()
  expect(installation.movedAside).toEqual([])
})

it("does not write into pnpm's store", async () => {
  const project = await pnpmProject(await temporaryDir())
  const before = await contents(project.storeDir)
  await installInto(project)
  await installInto(project)
  expect(await contents(project.storeDir)).toEqual(before)
  const shared = 'binding/tfjs_backend.cc'
  const inodes = [project.storeDir, project.tfjsNodeDir].map(
    async (dir) => (await stat(join(dir, shared))).ino,
  )
  const [inStore, inPackage] = await Promise.all(inodes)
  expect(inPackage).toBe(inStore)
})

it('replaces its own work without moving it aside, and clears leftovers', async () => {
  const project = await npmProject(await temporaryDir())
  const { tfjsNode } = await installInto(project)
  const before = await readdir(tfjsNode.dir)
  await mkdir(join(tfjsNode.dir, '.hookloop-killed', 'deps'), { recursive: true })
  const { installation } = await installInto(project)
  expect(installation.movedAside).toEqual([])
  expect(await readdir(tfjsNode.dir)).toEqual(before)
})

it('takes the empty folder of a failed download', async () => {
  const project = await npmProject(await temporaryDir())
  await mkdir(join(project.tfjsNodeDir, 'deps'))
  const { installation } = await installInto(project)
  expect(installation.movedAside).toEqual([])
})

it('moves aside what is not its own, and puts it back when undone', async () => {
  const project = await npmProject(await temporaryDir())
  const { dir, addonFile } = await locateTfjsNode(project.dir)
  await mkdir(join(dir, 'deps', 'lib'), { recursive: true })
  await writeFile(join(dir, 'deps', 'lib', 'libtensorflow.so.2.9.1'), 'downloaded by tfjs-node')
  await symlink('libtensorflow.so.2.9.1', join(dir, 'deps', 'lib', 'libtensorflow.so'))
  await mkdir(dirname(addonFile), { recursive: true })
  await writeFile(addonFile, 'prebuilt')
  await mkdir(join(dir, 'deps.before-hookloop'))
  const { installation } = await installInto(project)
  expect(installation.movedAside).toEqual([
    join(dir, 'deps.before-hookloop-2'),
    `${addonFile}.before-hookloop`,
  ])
  await installation.undo()
  expect(await readFile(join(dir, 'deps', 'lib', 'libtensorflow.so'), 'utf8')).toBe('downloaded by tfjs-node')
  expect(await readFile(addonFile, 'utf8')).toBe('prebuilt')
  expect(await readMarker(await locateTfjsNode(project.dir))).toBeUndefined()
})
