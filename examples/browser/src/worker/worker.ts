import { reasonOf } from '@hookloop/core'
import type { FromWorker, ToWorker } from '../messages.js'
import { DigitTraining } from './digit-training.js'

let training: DigitTraining | undefined

function tell(message: FromWorker): void {
  self.postMessage(message)
}

async function answer(message: ToWorker): Promise<void> {
  if (message.type === 'open') training = await DigitTraining.open(message.settings, message.digitsUrl, tell)
  else await training?.answer(message)
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((error: unknown) => {
    tell({ type: 'trouble', text: reasonOf(error) })
    if (training === undefined) tell({ type: 'phase', phase: 'failed' })
  })
})
