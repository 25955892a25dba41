import { type CheckpointFile, type Phase, type ToWorker, takes } from '../messages.js'
import { element } from './element.js'

/** Hands checkpoints to the user and takes them back. */
export class CheckpointFiles {
  readonly #save = element('save', HTMLButtonElement)
  readonly #load = element('load', HTMLButtonElement)
  readonly #file = element('file', HTMLInputElement)
  #phase: Phase = 'loading'

  constructor(private readonly ask: (message: ToWorker) => void) {
    this.#save.addEventListener('click', () => ask({ type: 'save' }))
    this.#load.addEventListener('click', () => this.#file.click())
    this.#file.addEventListener('change', () => this.#open())
  }

  set phase(phase: Phase) {
    this.#phase = phase
    this.#save.disabled = !takes(phase, 'save')
    this.#load.disabled = !takes(phase, 'load')
  }

  download({ name, bytes }: CheckpointFile): void {
    const url = URL.createObjectURL(new Blob([bytes]))
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    URL.revokeObjectURL(url)
  }

  async #open(): Promise<void> {
    const [file] = this.#file.files ?? []
    const bytes = file && new Uint8Array(await file.arrayBuffer())
    this.#file.value = ''
    if (file === undefined || bytes === undefined) return
    const question = `Open ${file.name}? It takes the place of the run that is here now.`
    if (this.#phase !== 'new' && !confirm(question)) return
    this.ask({ type: 'load', file: { name: file.name, bytes } })
  }
}
