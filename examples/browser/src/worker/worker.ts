import type { FromWorker, ToWorker } from '../messages.js'
import { DigitTraining, reasonOf } from './digit-training.js'

let training: DigitTraining | undefined

function tell(message: FromWorker): void {
  self.postMessage(message)
}

async function answer(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'open':
      training = await DigitTraining.open(message.settings, message.digitsUrl, tell)
      return
    case 'train':
      return training?.train(message.fresh)
    case 'pause':
      return training?.pause()
    case 'stopEarly':
      return training?.stopEarly()
    case 'save':
      return training?.save()
    case 'load':
      return training?.load(message.name, message.bytes)
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((error: unknown) => {
    tell({ type: 'failed', message: reasonOf(error) })
    if (training === undefined) tell({ type: 'phase', phase: 'failed' })
  })
})
