import { inspect } from 'node:util'
import { exitCodes } from '../exit-code.js'
import { type ConfigArguments, loadConfigOf } from '../project/load-project.js'
import { hasColours } from '../terminal/colours.js'
import { keepOutputForJson, print } from '../terminal/print.js'
import type { DataArguments } from './common.js'
import { noteImports, runnerOf } from './conduct.js'

/** `hookloop print-config`. @returns the exit code @throws `HL_CONFIG` where the Runner would refuse it */
export async function printConfig(given: string, args: ConfigArguments & DataArguments): Promise<number> {
  if (args.json === true) keepOutputForJson()
  const loaded = await loadConfigOf(given, args)
  noteImports(loaded, args)
  const runner = runnerOf(loaded, loaded.config, {})
  const { resolvedConfig, configText } = loaded.core
  const text = configText(resolvedConfig(runner.options, runner.options.randomness?.seed))
  runner.dispose()
  print(args.json === true ? text : asCode(JSON.parse(text)))
  return exitCodes.ok
}

function asCode(config: unknown): string {
  return inspect(config, {
    ...{ depth: null, maxArrayLength: null, maxStringLength: null },
    ...{ breakLength: 100, compact: 2, colors: hasColours() },
  })
}
