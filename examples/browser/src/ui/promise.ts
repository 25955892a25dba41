import { element } from './element.js'

/** A page without files of its own must not promise that a run outlives it. */
export function breakPromise(): void {
  element('promise', HTMLElement).textContent = 'Pause it and go on, for as long as this tab is open.'
  const notice = element('notice', HTMLElement)
  notice.textContent =
    'A reload forgets everything: this browser keeps no files for this page, as in some private windows and where ' +
    'cookies are blocked. Download the checkpoint to keep what was learned.'
  notice.hidden = false
  element('keep-note', HTMLElement).textContent =
    'Checkpoints stay in this tab until it is closed. They are the files that Node writes, so either side goes on where ' +
    'the other one stopped.'
}
