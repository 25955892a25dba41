import { isRunning, type Phase, type Progress, type ToWorker } from '../messages.js'
import { element } from './element.js'
import { count, duration } from './number-text.js'
import { type Action, type Offer, offerOf } from './offers.js'

/** The panel that says where training stands, and starts, pauses and ends it. */
export class RunPanel {
  readonly #status = element('status', HTMLElement)
  readonly #bar = element('progress', HTMLProgressElement)
  readonly #primary = element('primary', HTMLButtonElement)
  readonly #secondary = element('secondary', HTMLButtonElement)
  #phase: Phase = 'loading'
  #progress = nothing
  #offer: Offer = { status: '' }

  constructor(ask: (message: ToWorker) => void) {
    const press = (event: MouseEvent, action: Action | undefined) => {
      // The second half of a double click would press what the first has put there.
      if (action?.message === undefined || event.detail > 1) return
      if (action.question !== undefined && !confirm(action.question)) return
      if (action.message === 'reload') location.reload()
      else ask(action.message)
    }
    this.#primary.addEventListener('click', (event) => press(event, this.#offer.primary))
    this.#secondary.addEventListener('click', (event) => press(event, this.#offer.secondary))
    this.#render()
  }

  set phase(phase: Phase) {
    this.#phase = phase
    if (phase === 'new') this.#progress = nothing
    this.#render()
  }

  set progress(progress: Progress) {
    this.#progress = progress
    this.#render()
  }

  #render(): void {
    this.#offer = offerOf(this.#phase, this.#progress)
    const { status, primary, secondary } = this.#offer
    // Written only when it changes: screen readers read it out.
    if (this.#status.textContent !== status) this.#status.textContent = status
    show(this.#primary, primary)
    show(this.#secondary, secondary)
    if (secondary === undefined && document.activeElement === this.#secondary) this.#primary.focus()
    this.#secondary.hidden = secondary === undefined
    this.#renderFacts()
  }

  #renderFacts(): void {
    const { epoch, maxEpochs, iter, maxIters, itersPerSecond, secondsLeft } = this.#progress
    const [isKnown, isNow] = [maxIters > 0, isRunning(this.#phase)]
    const shownEpoch = this.#phase === 'finished' ? epoch : Math.min(epoch + 1, maxEpochs)
    this.#bar.value = isKnown ? iter / maxIters : 0
    write('fact-epoch', isKnown && `${shownEpoch} of ${Math.max(epoch, maxEpochs)}`)
    write('fact-iteration', isKnown && `${count(iter)} of ${count(maxIters)}`)
    write('fact-speed', isNow && itersPerSecond !== undefined && `${itersPerSecond.toFixed(1)} it/s`)
    write('fact-left', isNow && secondsLeft !== undefined && duration(secondsLeft))
  }
}

const nothing: Progress = { epoch: 0, maxEpochs: 0, iter: 0, maxIters: 0 }

/** A button that can do nothing keeps its focus, so that those who use keys stay where they are. */
function show(button: HTMLButtonElement, action: Action | undefined): void {
  if (action !== undefined) button.textContent = action.label
  button.ariaDisabled = String(action?.message === undefined)
}

function write(id: string, text: string | false): void {
  element(id, HTMLElement).textContent = text === false ? '–' : text
}
