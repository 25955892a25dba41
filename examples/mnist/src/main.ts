import { relative } from 'node:path'
// Steps become one native call each where the engine is tfjs-node; elsewhere the log says why they do not.
import '@hookloop/compile'
import { hasCode } from '@hookloop/core'
import { readCommandLine, resumeCommand, usage } from './command-line.js'
import { confusionTable } from './confusion-table.js'
import { digitRunner } from './digit-runner.js'
import type { Digits } from './digits.js'
import { loadDigits } from './load-digits.js'
import { writeReport } from './report.js'
import { scalarFilesOf } from './scalar-files.js'

async function main(args: readonly string[]): Promise<void> {
  const commandLine = readCommandLine(args)
  const digits = await loadDigits()
  const { runner, judgement } = digitRunner(digits, commandLine)
  const begin = performance.now()
  await runner.train()
  const seconds = (performance.now() - begin) / 1000
  const metrics = await runner.test()
  const accuracy = `${(100 * Number(metrics['accuracy/top1'])).toFixed(2)} %`
  const report = runner.storage.join(runner.workDir, 'report.html')
  await writeReport(report, {
    scalarFiles: await scalarFilesOf(runner.workDir),
    confusion: judgement.confusion,
    judgements: judgement.judgements,
    pixels: testPixels(digits),
    facts: {
      'Test accuracy': accuracy,
      'Training time': `${seconds.toFixed(0)} s`,
      Epochs: String(runner.maxEpochs),
      Engine: runner.engine.describe(),
      Seed: String(runner.seed),
    },
  })
  console.log(`\n${confusionTable(judgement.confusion)}\n`)
  console.log(
    `test accuracy  ${accuracy} of ${digits.test.length} digits, after ${seconds.toFixed(0)} s of training`,
  )
  console.log(`report         ${relative(process.cwd(), report)}`)
  console.log(`checkpoints    ${relative(process.cwd(), runner.workDir)}`)
  console.log(`log            ${relative(process.cwd(), runner.logDir)}`)
  runner.dispose()
}

function testPixels(digits: Digits): ArrayLike<number> {
  return digits.test.fields.inputs?.values ?? []
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = hasCode(error, 'HL_INTERRUPTED') ? 130 : 1
  if (process.exitCode === 130)
    console.error(`Interrupted. Go on with: ${resumeCommand(process.argv.slice(2))}`)
  else if (hasCode(error)) console.error(error.message)
  else if (error instanceof TypeError || error instanceof RangeError)
    console.error(`${error.message}\n\n${usage}`)
  else console.error(error)
})
