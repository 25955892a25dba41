import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.js'
import { similarFile } from '../similar-file.js'

/** @throws CliError `HL_CLI_CHECKPOINT` where there is no such file */
export function checkFile(checkpoint: string): void {
  const path = resolve(checkpoint)
  if (existsSync(path)) return
  const hint = similarFile(path, ['.safetensors'])
  throw new CliError('HL_CLI_CHECKPOINT', `there is no checkpoint ${path}${hint}`)
}
