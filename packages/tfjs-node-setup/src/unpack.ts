import { basename } from 'node:path'
import { TfjsNodeSetupError } from './errors.js'
import type { OnProgress } from './progress.js'
import { lastLines, runCommand } from './run-command.js'
import type { PinnedWheel } from './wheel.js'

/** Where a wheel is unpacked and with what. */
export interface UnpackOptions {
  /** The folder to unpack into; paths below it are those of the wheel. */
  readonly dir: string
  /** Command of a Python 3. */
  readonly python: string
  readonly env: NodeJS.ProcessEnv
  readonly onProgress: OnProgress
}

/**
 * Takes the two libraries and the headers out of a wheel. Python does it: it is there, since pip has just
 * run, its zip reader checks every CRC, and no dependency is needed for it.
 * @throws TfjsNodeSetupError `HL_SETUP_UNPACK`
 */
export async function unpackWheel(file: string, wheel: PinnedWheel, options: UnpackOptions): Promise<void> {
  const { dir, python, env, onProgress } = options
  const wanted = [
    wheel.tensorflowLibrary,
    wheel.frameworkLibrary,
    ...wheel.headerDirs.map((headers) => `${wheel.includeDir}/${headers}/`),
  ]
  const report = (text: string) => {
    const [bytesDone, bytesTotal] = (text.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
    if (!bytesDone || !bytesTotal) return
    onProgress({ step: 'unpack', message: 'libraries and headers', bytesDone, bytesTotal })
  }
  // -I: neither the user's PYTHON* variables nor modules in the current folder take part.
  const result = await runCommand(python, ['-I', '-c', script, file, dir, ...wanted], {
    env,
    onStdout: report,
  })
  if (result.succeeded) return
  throw new TfjsNodeSetupError({
    code: 'HL_SETUP_UNPACK',
    summary: 'The TensorFlow wheel could not be unpacked.',
    lookedFor: `${wanted.join(', ')} in ${basename(file)}`,
    found: `${python}: ${result.ending}\n${lastLines(result.output)}`,
    waysOut: ['look for free space and permissions in the cache folder', 'run the set-up again'],
  })
}

const script = `
import os, sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    def fits(member, path):
        return member.filename.startswith(path) if path.endswith('/') else member.filename == path
    files = [member for member in archive.infolist() if not member.is_dir()]
    missing = [path for path in wanted if not any(fits(member, path) for member in files)]
    if missing:
        sys.exit('not in the wheel: ' + ', '.join(missing))
    chosen = [member for member in files if any(fits(member, path) for path in wanted)]
    total = sum(member.file_size for member in chosen)
    done = shown = 0
    for member in chosen:
        path = os.path.join(target, *member.filename.split('/'))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(member) as source, open(path, 'wb') as copy:
            for chunk in iter(lambda: source.read(1 << 20), b''):
                copy.write(chunk)
                done += len(chunk)
                if done - shown >= 1 << 25 or done == total:
                    shown = done
                    print(done, total, flush=True)
`
