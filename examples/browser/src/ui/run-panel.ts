import type { Phase, Progress, ToWorker } from '../messages.js'
import { element } from './element.js'

interface Action {
  readonly label: string
  readonly message: ToWorker
  /** To be asked first, where something would be lost. */
  readonly question?: string
}

/** What the panel says and offers in a phase. */
interface Offer {
  readonly status: string
  readonly primary?: Action
  readonly secondary?: Action
}

const trainAnew: ToWorker = { type: 'train', fresh: true }

/** The panel that says where training stands, and starts, pauses and ends it. */
export class RunPanel {
  readonly #status = element('status', HTMLElement)
  readonly #progress = element('progress', HTMLProgressElement)
  readonly #primary = element('primary', HTMLButtonElement)
  readonly #secondary = element('secondary', HTMLButtonElement)
  #phase: Phase = 'loading'
  #place: Progress | undefined
  #offer: Offer = { status: '' }

  constructor(ask: (message: ToWorker) => void) {
    const press = (action: Action | undefined) => {
      if (action === undefined) return
      if (action.question === undefined || confirm(action.question)) ask(action.message)
    }
    this.#primary.addEventListener('click', () => press(this.#offer.primary))
    this.#secondary.addEventListener('click', () => press(this.#offer.secondary))
  }

  get phase(): Phase {
    return this.#phase
  }

  set phase(phase: Phase) {
    this.#phase = phase
    if (phase === 'new') this.#show(undefined)
    this.#render()
  }

  set progress(progress: Progress) {
    this.#show(progress)
    this.#render()
  }

  #show(progress: Progress | undefined): void {
    this.#place = progress
    const { epoch, maxEpochs, iter, maxIters, itersPerSecond, secondsLeft } = progress ?? emptyProgress
    this.#progress.value = maxIters === 0 ? 0 : iter / maxIters
    write('fact-epoch', maxEpochs === 0 ? '–' : `${Math.min(epoch + 1, maxEpochs)} of ${maxEpochs}`)
    write('fact-iteration', maxIters === 0 ? '–' : `${count(iter)} of ${count(maxIters)}`)
    write('fact-speed', itersPerSecond === undefined ? '–' : `${itersPerSecond.toFixed(1)} it/s`)
    write('fact-left', secondsLeft === undefined ? '–' : duration(secondsLeft))
  }

  #render(): void {
    this.#offer = offerOf(this.#phase, this.#place)
    const { status, primary, secondary } = this.#offer
    // Written only when it changes: screen readers read it out.
    if (this.#status.textContent !== status) this.#status.textContent = status
    if (primary !== undefined) this.#primary.textContent = primary.label
    this.#primary.disabled = primary === undefined
    this.#secondary.hidden = secondary === undefined
    if (secondary !== undefined) this.#secondary.textContent = secondary.label
  }
}

function offerOf(phase: Phase, place: Progress | undefined): Offer {
  const { epoch, maxEpochs, iter } = place ?? emptyProgress
  switch (phase) {
    case 'loading':
      return { status: 'Loading digits and engine …' }
    case 'waiting':
      return { status: 'Another tab trains these digits. This one goes on when that is closed.' }
    case 'new':
      return {
        status: 'Ready. Nothing learned yet.',
        primary: { label: 'Train', message: trainAnew },
      }
    case 'saved':
      return {
        status: `Saved after ${count(iter)} iterations, in epoch ${Math.min(epoch + 1, maxEpochs)} of ${maxEpochs}.`,
        primary: { label: 'Continue', message: { type: 'train', fresh: false } },
        secondary: {
          label: 'Start over',
          message: trainAnew,
          question: 'Start over? The checkpoints of this run are removed.',
        },
      }
    case 'training':
      return {
        status: `Training, epoch ${Math.min(epoch + 1, maxEpochs)} of ${maxEpochs}.`,
        primary: { label: 'Pause', message: { type: 'pause' } },
        secondary: { label: 'Finish early', message: { type: 'stopEarly' } },
      }
    case 'pausing':
      return { status: 'Saving …' }
    case 'stopping':
      return { status: 'Finishing this epoch …', primary: { label: 'Pause', message: { type: 'pause' } } }
    case 'testing':
      return { status: 'Testing on 1,000 digits it has never seen …' }
    case 'finished':
      return {
        status: `Finished after ${count(iter)} iterations.`,
        primary: { label: 'Train again', message: trainAnew },
      }
    case 'failed':
      return { status: 'Training is not possible here.' }
  }
}

const emptyProgress: Progress = {
  epoch: 0,
  maxEpochs: 0,
  iter: 0,
  maxIters: 0,
  itersPerSecond: undefined,
  secondsLeft: undefined,
}

function write(id: string, text: string): void {
  element(id, HTMLElement).textContent = text
}

function count(value: number): string {
  return value.toLocaleString('en')
}

function duration(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}
