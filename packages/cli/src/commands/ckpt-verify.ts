import { readFile } from 'node:fs/promises'
import { decode } from '@hookloop/safetensors'
import { checkFile } from '../checkpoint/check-file.js'
import { partsOf } from '../checkpoint/parts.js'
import { exitCodes } from '../exit-code.js'
import { type Core, loadAnyCore } from '../project/core.js'
import { ProjectModules } from '../project/modules.js'
import { projectAt } from '../project/project.js'
import { reasonOf } from '../terminal/error-text.js'
import { print, printJson } from '../terminal/print.js'
import { table } from '../terminal/table.js'
import type { DataArguments } from './common.js'

interface Verdict {
  readonly file: string
  readonly isWhole: boolean
  /** False for files of other programs, which carry none. */
  readonly hasChecksum: boolean
  readonly reason?: string
}

/** `hookloop ckpt verify`. @returns 0 where all are whole, 1 otherwise @throws CliError `HL_CLI_CHECKPOINT` */
export async function verifyCheckpoints(files: readonly string[], { json }: DataArguments): Promise<number> {
  for (const file of files) checkFile(file)
  const core = await loadAnyCore(new ProjectModules(projectAt(process.cwd())))
  const verdicts: Verdict[] = []
  for (const file of files) verdicts.push(await verify(file, core))
  if (json === true) printJson(verdicts)
  else print(table(verdicts.map((verdict) => [verdict.file, describe(verdict)])))
  return verdicts.every(({ isWhole }) => isWhole) ? exitCodes.ok : exitCodes.failed
}

async function verify(file: string, core: Core): Promise<Verdict> {
  try {
    const content = decode(await readFile(file))
    const { isOurs, checksum } = partsOf(content.metadata)
    if (checksum === undefined && !isOurs) return { file, isWhole: true, hasChecksum: false }
    const isWhole = checksum === (await core.checkpointChecksum(content))
    return {
      file,
      isWhole,
      hasChecksum: true,
      ...(isWhole ? {} : { reason: 'its checksum does not fit its content' }),
    }
  } catch (error) {
    return { file, isWhole: false, hasChecksum: false, reason: reasonOf(error) }
  }
}

function describe({ isWhole, hasChecksum, reason }: Verdict): string {
  if (!isWhole) return `damaged: ${reason}`
  return hasChecksum
    ? 'whole: its checksum fits'
    : 'well-formed; it has no checksum, as it was not saved by hookloop'
}
