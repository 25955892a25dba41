import { TfjsNodeSetupError } from './errors.js'

/** A Python wheel that holds TensorFlow's C libraries and headers for one platform. */
export interface PinnedWheel {
  /** `process.platform`, `process.arch` and the C library that the wheel is for. */
  readonly platform: NodeJS.Platform
  readonly arch: NodeJS.Architecture
  readonly libc: 'glibc'
  /** Name and version in the Python package index. */
  readonly project: string
  readonly version: string
  /**
   * The tags to ask pip for. They are fixed, so that every Python gets the same file: the libraries in it
   * do not depend on Python.
   */
  readonly tags: { platform: string; pythonVersion: string; implementation: string; abi: string }
  /** Hash of the file, in hexadecimal. */
  readonly sha256: string
  /** Size of the file. */
  readonly bytes: number
  /** Space that the set-up takes for a while: pip's temporary copy or the unpacked files beside the wheel. */
  readonly bytesNeeded: number
  /** Paths of the two libraries in the wheel. */
  readonly tensorflowLibrary: string
  readonly frameworkLibrary: string
  /** Folder of the headers in the wheel, and the parts of it that the addon includes. */
  readonly includeDir: string
  readonly headerDirs: readonly string[]
}

/** The wheels that were tried, one per platform. A further platform is one more entry. */
export const pinnedWheels: readonly PinnedWheel[] = [
  {
    platform: 'linux',
    arch: 'x64',
    libc: 'glibc',
    project: 'tensorflow-cpu',
    version: '2.16.2',
    tags: {
      platform: 'manylinux_2_17_x86_64',
      pythonVersion: '3.11',
      implementation: 'cp',
      abi: 'cp311',
    },
    sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
    bytes: 214_055_683,
    bytesNeeded: 900_000_000,
    tensorflowLibrary: 'tensorflow/libtensorflow_cc.so.2',
    frameworkLibrary: 'tensorflow/libtensorflow_framework.so.2',
    includeDir: 'tensorflow/include',
    headerDirs: ['tensorflow/c', 'tensorflow/core/platform', 'tensorflow/tsl', 'tsl'],
  },
]

/** What decides which wheel fits a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly arch: NodeJS.Architecture
  /** Version of glibc, undefined where the C library is another one (Alpine's musl) or unknown. */
  readonly glibcVersion: string | undefined
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const { platform, arch } = process
  return { platform, arch, glibcVersion: platform === 'linux' ? runningGlibc() : undefined }
}

function runningGlibc(): string | undefined {
  const report: { header?: { glibcVersionRuntime?: string } } = process.report?.getReport() ?? {}
  return report.header?.glibcVersionRuntime
}

/**
 * The wheel for a machine.
 * @throws TfjsNodeSetupError `HL_SETUP_UNSUPPORTED_PLATFORM`
 */
export function wheelFor(machine: Machine, wheels: readonly PinnedWheel[]): PinnedWheel {
  const wheel = wheels.find(
    ({ platform, arch, libc }) =>
      platform === machine.platform &&
      arch === machine.arch &&
      (libc !== 'glibc' || machine.glibcVersion !== undefined),
  )
  if (wheel !== undefined) return wheel
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_UNSUPPORTED_PLATFORM',
    summary: 'There is no pinned TensorFlow wheel for this machine.',
    lookedFor: wheels.map(({ platform, arch, libc }) => `${platform} ${arch} with ${libc}`).join(', '),
    found: `${machine.platform} ${machine.arch}${libcInWords(machine)}`,
    waysOut: [
      'let tfjs-node download its own library: `npm rebuild @tensorflow/tfjs-node`, where its server can be reached',
      'use the pure JavaScript or WebAssembly backend (`@tensorflow/tfjs`, `@tensorflow/tfjs-backend-wasm`)',
      'run in a container of a platform named above',
    ],
  })
}

function libcInWords({ platform, glibcVersion }: Machine): string {
  if (platform !== 'linux') return ''
  return glibcVersion === undefined ? ' without glibc (musl?)' : ` with glibc ${glibcVersion}`
}

/** Names one wheel's unpacked files in the cache. */
export function wheelKey({ project, version, sha256 }: PinnedWheel): string {
  return `${project}-${version}-${sha256.slice(0, 16)}`
}
