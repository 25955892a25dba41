import type { FromWorker, Progress, ToWorker } from './messages.js'
import { readSettings, type Settings } from './settings.js'
import { Charts, percent } from './ui/charts.js'
import { CheckpointFiles } from './ui/checkpoint-files.js'
import { DigitGrid } from './ui/digit-grid.js'
import { element } from './ui/element.js'
import { EngineLine } from './ui/engine-line.js'
import { RunPanel } from './ui/run-panel.js'

/** The page: shows what the worker tells, and asks it for what the buttons say. */
class DigitPage {
  readonly #worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' })
  readonly #panel = new RunPanel((message) => this.#ask(message))
  readonly #files = new CheckpointFiles((message) => this.#ask(message))
  readonly #charts = new Charts()
  readonly #engine: EngineLine
  readonly #log = element('log', HTMLPreElement)
  #grid: DigitGrid | undefined
  #progress: Progress | undefined

  constructor(settings: Settings) {
    this.#engine = new EngineLine(settings)
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data))
    this.#worker.addEventListener('error', ({ message }) => showAlert(`The worker failed: ${message}`))
    this.#ask({ type: 'open', settings, digitsUrl: new URL('digits.bin', document.baseURI).href })
  }

  #ask(message: ToWorker): void {
    if (message.type === 'train') this.#begin(message.fresh)
    this.#worker.postMessage(message)
  }

  #begin(fresh: boolean): void {
    hideAlert()
    // Without being asked a browser may remove the files of a site when the disk gets full.
    void navigator.storage?.persist?.()
    if (!fresh) return
    this.#charts.clear()
    this.#grid?.clear()
    this.#showAccuracy('Accuracy', undefined)
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        this.#engine.show(message.engine)
        this.#files.keeping = message.keeps
        this.#grid = new DigitGrid(message.samples)
        return
      case 'phase':
        this.#panel.phase = message.phase
        this.#files.phase = message.phase
        this.#engine.isLocked = ['training', 'pausing', 'stopping', 'testing'].includes(message.phase)
        return
      case 'curves':
        this.#charts.add(message.curves)
        this.#showAccuracy('Accuracy', this.#charts.bestAccuracy)
        return
      case 'progress':
        this.#panel.progress = message.progress
        this.#progress = message.progress
        this.#charts.draw(this.#progress.maxIters)
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
        this.#files.download(message.name, message.bytes)
        return
      case 'failed':
        showAlert(message.message)
    }
  }

  #showAccuracy(name: string, accuracy: number | undefined): void {
    element('fact-accuracy-name', HTMLElement).textContent = name
    element('fact-accuracy', HTMLElement).textContent = accuracy === undefined ? '–' : percent(accuracy)
  }
}

function showAlert(text: string): void {
  const alert = element('alert', HTMLElement)
  alert.textContent = text
  alert.hidden = false
}

function hideAlert(): void {
  element('alert', HTMLElement).hidden = true
}

try {
  new DigitPage(readSettings(location.search))
} catch (error) {
  showAlert(error instanceof Error ? error.message : String(error))
}
