import type { Keeping, Phase, ToWorker } from '../messages.js'
import { element } from './element.js'

/** Hands checkpoints to the user and takes them back. */
export class CheckpointFiles {
  readonly #save = element('save', HTMLButtonElement)
  readonly #load = element('load', HTMLButtonElement)
  readonly #file = element('file', HTMLInputElement)

  constructor(ask: (message: ToWorker) => void) {
    this.#save.addEventListener('click', () => ask({ type: 'save' }))
    this.#load.addEventListener('click', () => this.#file.click())
    this.#file.addEventListener('change', async () => {
      const [file] = this.#file.files ?? []
      this.#file.value = ''
      if (file === undefined) return
      ask({ type: 'load', name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
    })
  }

  set phase(phase: Phase) {
    this.#save.disabled = !['saved', 'finished', 'training'].includes(phase)
    this.#load.disabled = !['new', 'saved', 'finished'].includes(phase)
  }

  set keeping(keeping: Keeping) {
    if (!keeping.kept)
      element('keep-note', HTMLElement).textContent = `A reload forgets everything: ${keeping.reason}`
  }

  download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const url = URL.createObjectURL(new Blob([bytes]))
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    URL.revokeObjectURL(url)
  }
}
