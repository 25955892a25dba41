import { statfs } from 'node:fs/promises'
import { type SetupProblem, TfjsNodeSetupError } from './errors.js'
import { formatBytes } from './progress.js'
import { type CommandResult, lastLines, runCommand } from './run-command.js'
import type { PinnedWheel } from './wheel.js'

/** The C++ compiler to use. */
export interface Compiler {
  /** The command and arguments that belong to it, as in `ccache g++`. */
  readonly command: readonly [string, ...string[]]
  /** What it says about itself. */
  readonly version: string
}

/** What a set-up needs of the machine. */
export interface Requirements {
  readonly compiler: Compiler
  /** Command of a Python 3 that has pip; asked for only where something has to be downloaded. */
  readonly python: string | undefined
}

/** What is asked for. */
export interface RequirementsQuery {
  readonly env: NodeJS.ProcessEnv
  /** The wheel to download and unpack, if it is not in the cache. */
  readonly download: { wheel: PinnedWheel; dir: string } | undefined
  /** Free bytes of the disk that holds a folder. */
  readonly freeBytes: (dir: string) => Promise<number>
}

/**
 * Finds what the set-up needs, before it begins.
 * @throws TfjsNodeSetupError `HL_SETUP_NO_PYTHON`, `HL_SETUP_NO_PIP`, `HL_SETUP_NO_COMPILER`,
 * `HL_SETUP_NO_SPACE`; all that is missing at once
 */
export async function findRequirements({
  env,
  download,
  freeBytes,
}: RequirementsQuery): Promise<Requirements> {
  const [compiler, python, space] = await Promise.all([
    findCompiler(env),
    download === undefined ? undefined : findPython(env),
    download === undefined ? undefined : checkSpace(download.wheel, download.dir, freeBytes),
  ])
  const [problem, ...others] = [python, compiler, space].filter(isProblem)
  if (problem !== undefined) throw new TfjsNodeSetupError(problem, ...others)
  if (isProblem(compiler)) throw new TfjsNodeSetupError(compiler)
  return { compiler, python: isProblem(python) ? undefined : python }
}

/** Free bytes that the current user may use on the disk that holds `dir`. */
export async function freeDiskBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}

async function findCompiler(env: NodeJS.ProcessEnv): Promise<Compiler | SetupProblem> {
  const found: string[] = []
  for (const name of candidates(env.CXX, ['c++', 'g++', 'clang++'])) {
    const [program = name, ...args] = name.split(/\s+/)
    const answer = await runCommand(program, [...args, '--version'], { env })
    if (answer.succeeded) return { command: [program, ...args], version: answer.stdout }
    found.push(`${name}: ${whyNot(answer)}`)
  }
  return {
    code: 'HL_SETUP_NO_COMPILER',
    summary: "No C++ compiler was found to build tfjs-node's addon with.",
    lookedFor: 'the compiler that CXX names, c++, g++, clang++ on PATH',
    found: found.join('\n'),
    waysOut: [
      'Debian, Ubuntu: `apt-get install g++`; Fedora: `dnf install gcc-c++`; Arch: `pacman -S gcc`',
      'set CXX to a compiler that knows C++17 (g++ 8, clang 7 or later)',
    ],
  }
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string | SetupProblem> {
  const found: string[] = []
  let hasPython = false
  for (const name of candidates(env.PYTHON, ['python3', 'python'])) {
    const answer = await runCommand(name, ['-m', 'pip', '--version'], { env })
    if (answer.succeeded && /\(python 3\./.test(answer.stdout)) return name
    hasPython ||= answer.notStarted === undefined
    found.push(`${name}: ${answer.succeeded ? answer.stdout.trim() : whyNot(answer)}`)
  }
  return {
    code: hasPython ? 'HL_SETUP_NO_PIP' : 'HL_SETUP_NO_PYTHON',
    summary: hasPython
      ? 'Python was found, but without a pip for Python 3 to download TensorFlow with.'
      : 'No Python 3 was found, whose pip downloads TensorFlow.',
    lookedFor: 'an answer to `python3 -m pip --version`, from what PYTHON names, python3, python on PATH',
    found: found.join('\n'),
    waysOut: [
      'Debian, Ubuntu: `apt-get install python3-pip`; Fedora: `dnf install python3-pip`; Arch: `pacman -S python-pip`',
      'set PYTHON to a Python 3 with pip (`python3 -m ensurepip` adds pip to most that lack it)',
      'set HOOKLOOP_CACHE_DIR to a copy of the cache folder of a machine where the set-up has run',
    ],
  }
}

async function checkSpace(
  { bytesNeeded }: PinnedWheel,
  dir: string,
  freeBytes: RequirementsQuery['freeBytes'],
): Promise<SetupProblem | undefined> {
  const free = await freeBytes(dir)
  if (free >= bytesNeeded) return undefined
  return {
    code: 'HL_SETUP_NO_SPACE',
    summary: 'There is not enough disk space to download and unpack TensorFlow.',
    lookedFor: `${formatBytes(bytesNeeded)} below ${dir}`,
    found: `${formatBytes(free)} free`,
    waysOut: ['free some space', 'set HOOKLOOP_CACHE_DIR to a folder on a larger disk'],
  }
}

function candidates(named: string | undefined, usual: readonly string[]): string[] {
  const own = named?.trim()
  return own ? [own, ...usual.filter((name) => name !== own)] : [...usual]
}

function whyNot(answer: CommandResult): string {
  return answer.notStarted ?? `${answer.ending}: ${lastLines(answer.output, 1)}`
}

function isProblem(value: string | Compiler | SetupProblem | undefined): value is SetupProblem {
  return typeof value === 'object' && 'code' in value
}
