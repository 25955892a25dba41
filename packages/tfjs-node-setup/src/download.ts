import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TfjsNodeSetupError } from './errors.js'
import { fileSha256 } from './file-hash.js'
import type { OnProgress } from './progress.js'
import { lastLines, runCommand } from './run-command.js'
import type { PinnedWheel } from './wheel.js'

/** Where a download goes and what it uses. */
export interface DownloadOptions {
  /** A folder for the wheel alone. */
  readonly dir: string
  /** Command of a Python 3 with pip. */
  readonly python: string
  readonly env: NodeJS.ProcessEnv
  readonly onProgress: OnProgress
}

/**
 * Lets pip fetch a wheel as a file, by the user's own pip settings, and compares its hash. Nothing gets
 * installed.
 * @returns the wheel's path
 * @throws TfjsNodeSetupError `HL_SETUP_DOWNLOAD`, `HL_SETUP_WRONG_HASH`
 */
export async function downloadWheel(wheel: PinnedWheel, options: DownloadOptions): Promise<string> {
  const { dir, onProgress } = options
  const report = reportDownload(wheel, onProgress)
  await mkdir(dir, { recursive: true })
  const stopWatching = watchSize(dir, report)
  try {
    await runPip(wheel, options)
  } finally {
    stopWatching()
  }
  report(wheel.bytes)
  const file = await onlyWheel(dir)
  onProgress({ step: 'verify', message: `sha256 of ${basename(file)}` })
  await compareHash(file, wheel)
  return file
}

async function runPip(
  { project, version, tags, bytes }: PinnedWheel,
  options: DownloadOptions,
): Promise<void> {
  const { dir, python, env } = options
  const requirement = `${project}==${version}`
  const args = [
    ...['-m', 'pip', 'download', requirement, '--dest', dir],
    ...['--no-deps', '--only-binary', ':all:'],
    ...['--platform', tags.platform, '--python-version', tags.pythonVersion],
    ...['--implementation', tags.implementation, '--abi', tags.abi],
    // The unpacked files are cached here; a copy of the wheel in pip's cache would be 214 MB for nothing.
    ...['--no-cache-dir', '--no-input', '--progress-bar', 'off', '--disable-pip-version-check'],
  ]
  const result = await runCommand(python, args, {
    // pip downloads into TMPDIR first: it has to be on the disk whose space was checked, and in sight.
    // Nothing is installed, so a setting that forbids pip outside of virtual environments is not meant here.
    env: { ...env, TMPDIR: dir, PIP_REQUIRE_VIRTUALENV: '0' },
  })
  if (result.succeeded) return
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_DOWNLOAD',
    summary: `pip could not download ${requirement}.`,
    lookedFor: `${requirement} (${Math.round(bytes / 1e6)} MB, ${tags.abi}, ${tags.platform}) in the package index that pip is configured for`,
    found: `${python} -m pip download: ${result.ending}\n${lastLines(result.output)}`,
    waysOut: [
      'check the network, and try again; pip uses HTTPS_PROXY',
      `update a pip older than 20: \`${python} -m pip install --upgrade pip\``,
      'behind a mirror: `pip config set global.index-url <URL>`, or PIP_INDEX_URL',
      'offline: bring the wheel in a folder, and set PIP_NO_INDEX=1 and PIP_FIND_LINKS=<folder>',
    ],
  })
}

async function onlyWheel(dir: string): Promise<string> {
  const name = (await readdir(dir)).find((entry) => entry.endsWith('.whl'))
  return join(dir, name ?? 'no-wheel.whl')
}

async function compareHash(file: string, wheel: PinnedWheel): Promise<void> {
  const found = await fileSha256(file)
  if (found === wheel.sha256) return
  const { size } = await stat(file)
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_WRONG_HASH',
    summary: 'The downloaded TensorFlow wheel is not the expected file; it was deleted.',
    lookedFor: `sha256 ${wheel.sha256} (${wheel.bytes} bytes)`,
    found: `sha256 ${found} (${size} bytes) in ${basename(file)}`,
    waysOut: [
      'try again, in case the download was damaged on its way',
      'look where `pip config list` points: a mirror or a --find-links folder may hold another build',
      'see whether a newer @hookloop/tfjs-node-setup knows this file',
    ],
  })
}

function reportDownload(
  { project, version, bytes }: PinnedWheel,
  onProgress: OnProgress,
): (bytesDone: number) => void {
  return (bytesDone) =>
    onProgress({
      step: 'download',
      message: `${project} ${version}`,
      bytesDone: Math.min(bytesDone, bytes),
      bytesTotal: bytes,
    })
}

const watchEveryMs = 250

/** pip reports no progress to a pipe, but the growing file shows it. */
function watchSize(dir: string, report: (bytesDone: number) => void): () => void {
  let isWatching = true
  let lastBytes = 0
  const look = async () => {
    const bytes = await largestFile(dir)
    if (!isWatching || bytes <= lastBytes) return
    lastBytes = bytes
    report(bytes)
  }
  report(0)
  const timer = setInterval(() => void look(), watchEveryMs)
  return () => {
    isWatching = false
    clearInterval(timer)
  }
}

async function largestFile(dir: string): Promise<number> {
  const found = await readdir(dir, { recursive: true }).catch(() => [])
  const sizes = found.map(async (name) => (await stat(join(dir, name)).catch(() => undefined))?.size ?? 0)
  return Math.max(0, ...(await Promise.all(sizes)))
}
