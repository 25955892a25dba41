import { type FromWorker, isRunning, type Phase, type ToWorker } from './messages.js'
import { readSettings, type Settings } from './settings.js'
import { Alert } from './ui/alert.js'
import { Charts } from './ui/charts.js'
import { CheckpointFiles } from './ui/checkpoint-files.js'
import { DigitGrid } from './ui/digit-grid.js'
import { element } from './ui/element.js'
import { EngineLine } from './ui/engine-line.js'
import { count, percent } from './ui/number-text.js'
import { breakPromise } from './ui/promise.js'
import { RunPanel } from './ui/run-panel.js'

const bestAccuracy = 'Best validation accuracy'

/** The page: shows what the worker tells, and asks it for what the buttons say. */
class DigitPage {
  readonly #worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' })
  readonly #panel = new RunPanel((message) => this.#ask(message))
  readonly #files = new CheckpointFiles((message) => this.#ask(message))
  readonly #charts = new Charts()
  readonly #engine: EngineLine
  readonly #log = element('log', HTMLElement)
  #grid: DigitGrid | undefined
  #phase: Phase = 'loading'
  #isKept = true

  constructor(
    settings: Settings,
    private readonly alert: Alert,
  ) {
    this.#engine = new EngineLine(settings.engine)
    element('digit-count', HTMLElement).textContent = count(settings.examples)
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data))
    this.#worker.addEventListener('error', ({ message }) => this.#fail(message))
    addEventListener('beforeunload', (event) => {
      if (this.#wouldLose) event.preventDefault()
    })
    const digitsUrl = new URL('digits.bin', document.baseURI).href
    this.#worker.postMessage({ type: 'open', settings, digitsUrl } satisfies ToWorker)
  }

  /** Closing the page now would lose iterations that are saved nowhere. */
  get #wouldLose(): boolean {
    const isHereOnly = !this.#isKept && ['saved', 'finished'].includes(this.#phase)
    return isRunning(this.#phase) || this.#phase === 'unsaved' || isHereOnly
  }

  #ask(message: ToWorker): void {
    this.alert.clear()
    // Without being asked a browser may remove the files of a site when the disk gets full.
    if (message.type === 'train') navigator.storage?.persist?.().catch(() => undefined)
    if (message.type === 'train' && message.fresh) this.#forget()
    this.#worker.postMessage(message)
  }

  #forget(): void {
    this.#charts.clear()
    this.#grid?.clear()
    this.#showAccuracy(bestAccuracy, undefined)
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        this.#engine.show(message.engine)
        this.#isKept = message.isKept
        if (!message.isKept) breakPromise()
        this.#grid = new DigitGrid(message.samples)
        return
      case 'phase':
        this.#enter(message.phase)
        return
      case 'curves':
        this.#charts.add(message.curves)
        this.#showAccuracy(bestAccuracy, this.#charts.bestAccuracy)
        return
      case 'progress':
        this.#panel.progress = message.progress
        this.#charts.draw(message.progress.maxIters)
        return
      case 'predictions':
        this.#grid?.show(message.predictions)
        return
      case 'tested':
        this.#showAccuracy('Test accuracy', message.accuracy)
        return
      case 'line':
        this.#log.textContent += `${message.text}\n`
        this.#log.scrollTop = this.#log.scrollHeight
        return
      case 'file':
        this.#files.download(message.file)
        return
      case 'trouble':
        this.alert.show(message.text)
    }
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#panel.phase = phase
    this.#files.phase = phase
    this.#engine.isLocked = isRunning(phase)
    if (phase === 'new') this.#forget()
    if (phase === 'failed') this.#engine.fail()
  }

  /** @param message undefined where the worker's script could not even be loaded */
  #fail(message: string | undefined): void {
    this.alert.show(
      message === undefined
        ? 'The script that trains could not be loaded. Look whether you are online.'
        : `The worker failed: ${message}`,
    )
    if (this.#phase === 'loading') this.#enter('failed')
  }

  #showAccuracy(name: string, accuracy: number | undefined): void {
    element('fact-accuracy-name', HTMLElement).textContent = name
    element('fact-accuracy', HTMLElement).textContent = accuracy === undefined ? '–' : percent(accuracy)
  }
}

const alert = new Alert()
new DigitPage(
  readSettings(location.search, (text) => alert.show(text)),
  alert,
)
