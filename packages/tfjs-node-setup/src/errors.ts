/** The stable codes of everything that can stop a set-up. */
export type SetupErrorCode =
  | 'HL_SETUP_NOT_INSTALLED'
  | 'HL_SETUP_UNSUPPORTED_PLATFORM'
  | 'HL_SETUP_NO_PYTHON'
  | 'HL_SETUP_NO_PIP'
  | 'HL_SETUP_NO_COMPILER'
  | 'HL_SETUP_NO_CACHE_DIR'
  | 'HL_SETUP_NOT_WRITABLE'
  | 'HL_SETUP_NO_SPACE'
  | 'HL_SETUP_DOWNLOAD'
  | 'HL_SETUP_WRONG_HASH'
  | 'HL_SETUP_UNPACK'
  | 'HL_SETUP_COMPILE'
  | 'HL_SETUP_LOAD'

/** One thing that stands in the way of a set-up. */
export interface SetupProblem {
  /** Stable code, to compare with. */
  readonly code: SetupErrorCode
  /** What is wrong, as one sentence. */
  readonly summary: string
  /** What the set-up looked for, and where. */
  readonly lookedFor: string
  /** What it found instead. */
  readonly found: string
  /** What the user can do about it, best first. */
  readonly waysOut: readonly string[]
}

/** Everything that stopped a set-up, in one message: what was looked for, what was found, the ways out. */
export class TfjsNodeSetupError extends Error {
  override readonly name = 'TfjsNodeSetupError'
  /** Code of the first problem. */
  readonly code: SetupErrorCode
  /** All problems, at least one. */
  readonly problems: readonly SetupProblem[]

  constructor(first: SetupProblem, ...others: readonly SetupProblem[]) {
    const problems = [first, ...others]
    super(problems.map(describe).join('\n\n'))
    this.code = first.code
    this.problems = problems
  }
}

function describe({ code, summary, lookedFor, found, waysOut }: SetupProblem): string {
  const lines = [
    `${summary} (${code})`,
    field('looked for:', lookedFor),
    field('found:', found),
    field('ways out:', waysOut.map((way) => `- ${way}`).join('\n')),
  ]
  return lines.join('\n')
}

function field(label: string, text: string): string {
  const indent = ' '.repeat(14)
  return `  ${label.padEnd(12)}${text.replaceAll('\n', `\n${indent}`)}`
}

/** The code of a system error such as `ENOENT`, or undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const notWritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])

/**
 * Runs a step that writes below a folder and turns a refusal of the file system into a clear error.
 * @throws TfjsNodeSetupError `HL_SETUP_NOT_WRITABLE`, `HL_SETUP_NO_SPACE`
 */
export async function writingTo<Result>(folder: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    const code = systemErrorCode(error)
    const found = error instanceof Error ? error.message : String(error)
    if (code !== undefined && notWritable.has(code)) {
      throw new TfjsNodeSetupError({
        code: 'HL_SETUP_NOT_WRITABLE',
        summary: 'A folder that the set-up has to write cannot be written.',
        lookedFor: `permission to write ${folder}`,
        found,
        waysOut: [
          'give the current user the right to write there',
          'set HOOKLOOP_CACHE_DIR to a folder of yours, if it is the cache that cannot be written',
        ],
      })
    }
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new TfjsNodeSetupError({
        code: 'HL_SETUP_NO_SPACE',
        summary: 'The disk became full during the set-up.',
        lookedFor: `space below ${folder}`,
        found,
        waysOut: [
          'free some space and run the set-up again',
          'set HOOKLOOP_CACHE_DIR to a folder on a larger disk',
        ],
      })
    }
    throw error
  }
}
