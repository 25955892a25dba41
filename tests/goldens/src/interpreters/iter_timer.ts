import { rm } from 'node:fs/promises'
import { type DataBatch, Hook, type Mode, type Runner } from '@hookloop/core'
import { callOf, clockedRunner } from '../clocked-run.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { Interpreter } from '../interpreter.js'
import { temporaryWorkDir } from '../tiny-run.js'

export const interpret: Interpreter = async (golden) => {
  const workDir = await temporaryWorkDir()
  try {
    const phases: unknown[] = []
    for (const phase of listOf(golden.phases).map(fieldsOf)) {
      const { runner } = clockedRunner(phase, golden.delays, workDir)
      const rows = new TimeRows()
      runner.registerHook(rows)
      await callOf(phase, runner)
      phases.push({ rows: rows.rows })
      runner.dispose()
    }
    expectCloseTo({ phases }, golden.expected, 1e-9)
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

/** What the timer says after each iteration. */
class TimeRows extends Hook {
  override readonly priority = 'LOWEST'
  readonly rows: unknown[] = []

  override afterIter(
    runner: Runner,
    batchIdx: number,
    _batch: DataBatch,
    _outputs: unknown,
    mode: Mode,
  ): void {
    const { messageHub, epoch, iter } = runner
    const latest = (name: string) => messageHub.getScalar(`${mode}/${name}`).current()
    const [dataTime, time] = [latest('data_time'), latest('time')]
    this.rows.push({
      mode,
      epoch,
      iter,
      batch_idx: batchIdx,
      data_time: dataTime,
      time,
      eta: messageHub.getInfo('eta'),
    })
  }
}
