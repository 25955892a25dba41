import { inspect } from 'node:util'
import { withDefaults } from '../config/with-defaults.js'
import { exitCodes } from '../exit-code.js'
import { type ConfigArguments, loadConfigOf } from '../project/load-project.js'
import { hasColours } from '../terminal/colours.js'
import { print } from '../terminal/print.js'
import type { DataArguments } from './common.js'
import { noteImports, runnerOf } from './conduct.js'

/** `hookloop print-config`. @returns the exit code @throws `HL_CONFIG` where the Runner would refuse it */
export async function printConfig(given: string, args: ConfigArguments & DataArguments): Promise<number> {
  const loaded = await loadConfigOf(given, args)
  noteImports(loaded, args)
  runnerOf(loaded, loaded.config, args).dispose()
  const { cfgText } = runnerOf(loaded, withDefaults(loaded.config, loaded.core), args)
  print(args.json === true ? cfgText : asCode(JSON.parse(cfgText)))
  return exitCodes.ok
}

function asCode(config: unknown): string {
  return inspect(config, {
    ...{ depth: null, maxArrayLength: null, maxStringLength: null },
    ...{ breakLength: 100, compact: 2, colors: hasColours() },
  })
}
