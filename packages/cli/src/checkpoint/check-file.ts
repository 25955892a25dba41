import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.js'
import type { Fields } from '../config/plain-object.js'
import { similarFile } from '../similar-file.js'

/**
 * Makes sure that there is a file. What a store of a config's own holds, only that store knows.
 * @throws CliError `HL_CLI_CHECKPOINT` with the nearest name
 */
export function checkFile(checkpoint: string, { storage }: Fields = {}): void {
  if (storage !== undefined) return
  const path = resolve(checkpoint)
  if (existsSync(path)) return
  const hint = similarFile(path, ['.safetensors'])
  throw new CliError('HL_CLI_CHECKPOINT', `there is no checkpoint ${path}${hint}`)
}
