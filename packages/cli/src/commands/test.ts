import { resolve } from 'node:path'
import type { Metrics } from '@hookloop/core'
import { checkFile } from '../checkpoint/check-file.js'
import { type ConfigArguments, loadConfigOf } from '../project/load-project.js'
import { keepOutputForJson, note, print } from '../terminal/print.js'
import { table } from '../terminal/table.js'
import type { DataArguments } from './common.js'
import { endOf, exitCodeOf, noteImports, runnerOf, tellEnd } from './conduct.js'

export interface TestArguments extends ConfigArguments, DataArguments {}

/** `hookloop test`. @returns the exit code */
export async function test(given: string, checkpoint: string, args: TestArguments): Promise<number> {
  if (args.json === true) keepOutputForJson()
  const loaded = await loadConfigOf(given, args)
  noteImports(loaded, args)
  checkFile(checkpoint, loaded.config)
  const runner = runnerOf(loaded, { ...loaded.config, loadFrom: checkpoint, resume: false }, args)
  let metrics: Metrics = {}
  const end = await endOf(async () => {
    metrics = await runner.test()
  })
  if (end.outcome === 'interrupted') note('interrupted; a test starts anew')
  tellEnd(runner, end, args, { checkpoint: resolve(checkpoint), metrics })
  if (end.outcome === 'ended' && args.json !== true) printMetrics(metrics)
  runner.dispose()
  return exitCodeOf(end)
}

function printMetrics(metrics: Metrics): void {
  print(table(Object.entries(metrics).map(([name, value]) => [name, String(value)])))
}
