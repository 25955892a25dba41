import { open, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  decode,
  decodeHeader,
  headerByteLength,
  type SafetensorsFile,
  type SafetensorsHeader,
} from '@hookloop/safetensors'
import { CliError } from '../cli-error.js'
import { reasonOf } from '../terminal/error-text.js'

/** @throws CliError `HL_CLI_CHECKPOINT` for what is no safetensors file */
export async function readCheckpoint(path: string): Promise<SafetensorsFile> {
  return explained(path, async () => decode(await readFile(path)))
}

/** What the header of a checkpoint says, and how long the file is; the tensors stay on the disk. */
export interface CheckpointHeader extends SafetensorsHeader {
  readonly fileBytes: number
}

/** @throws CliError `HL_CLI_CHECKPOINT` for what is no safetensors file */
export async function readCheckpointHeader(path: string): Promise<CheckpointHeader> {
  return explained(path, async () => {
    const file = await open(path)
    try {
      const start = (await file.read(new Uint8Array(8), 0, 8, 0)).buffer
      const length = headerByteLength(start)
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(length, size)), 0, length, 0)
      return { ...decodeHeader(buffer.subarray(0, bytesRead)), fileBytes: size }
    } finally {
      await file.close()
    }
  })
}

async function explained<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (cause) {
    throw new CliError(
      'HL_CLI_CHECKPOINT',
      `${resolve(path)} cannot be read as a checkpoint: ${reasonOf(cause)}`,
      {
        cause,
      },
    )
  }
}
