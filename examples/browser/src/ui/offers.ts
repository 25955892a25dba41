import type { Phase, Progress, ToWorker } from '../messages.js'
import { count } from './number-text.js'

/** What a button does; nothing for now where it has no message. */
export interface Action {
  readonly label: string
  readonly message?: ToWorker | 'reload'
  /** To be asked first, where something would be lost. */
  readonly question?: string
}

/** What the panel says and offers in a phase. */
export interface Offer {
  readonly status: string
  readonly primary?: Action
  readonly secondary?: Action
}

const train: ToWorker = { type: 'train', fresh: true }
const goOn: Action = { label: 'Continue', message: { type: 'train', fresh: false } }
const startOver: Action = {
  label: 'Start over',
  message: train,
  question: 'Start over? The checkpoints of this run are removed.',
}
const pause: Action = { label: 'Pause', message: { type: 'pause' } }
const finishEarly = 'Finish early'

export function offerOf(phase: Phase, { epoch, maxEpochs, iter }: Progress): Offer {
  const present = `epoch ${Math.min(epoch + 1, maxEpochs)} of ${maxEpochs}`
  switch (phase) {
    case 'loading':
      return { status: 'Loading digits and engine …' }
    case 'waiting':
      return { status: 'Another tab trains these digits. This one goes on when that is closed.' }
    case 'new':
      return { status: 'Ready. Nothing learned yet.', primary: { label: 'Train', message: train } }
    case 'unreadable':
      return {
        status: 'What an earlier run saved cannot be read.',
        primary: { ...startOver, question: 'Start over? The files of the earlier run are removed.' },
      }
    case 'saved':
      return {
        status: `Saved after ${count(iter)} iterations, in ${present}.`,
        primary: goOn,
        secondary: startOver,
      }
    case 'starting':
      return { status: 'Starting …' }
    case 'training':
      return {
        status: `Training, ${present}.`,
        primary: pause,
        secondary: { label: finishEarly, message: { type: 'stopEarly' } },
      }
    case 'stopping':
      return { status: 'Finishing this epoch …', primary: pause, secondary: { label: finishEarly } }
    case 'pausing':
      return { status: 'Saving …' }
    case 'testing':
      return { status: 'Testing on 1,000 digits it has never seen …' }
    case 'finished':
      return epoch < maxEpochs
        ? {
            status: `Finished early after ${count(iter)} iterations, with ${epoch} of ${maxEpochs} epochs.`,
            primary: goOn,
            secondary: startOver,
          }
        : {
            status: `Finished after ${count(iter)} iterations.`,
            primary: {
              label: 'Train again',
              message: train,
              question: 'Train again? The model that is finished and its checkpoints are removed.',
            },
          }
    case 'unsaved':
      return {
        status: `Stopped after ${count(iter)} iterations, which are not saved. Download the checkpoint, or make room and save again.`,
        primary: { label: 'Save again', message: { type: 'keep' } },
        secondary: { ...startOver, question: 'Start over? All that was learned is lost.' },
      }
    case 'opening':
      return { status: 'Saving the checkpoint …' }
    case 'failed':
      return {
        status: 'Training cannot start here.',
        primary: { label: 'Reload the page', message: 'reload' },
      }
  }
}
