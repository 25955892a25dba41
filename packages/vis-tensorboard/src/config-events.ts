import { hparamsEvent, textEvent } from '@hookloop/tfevents'
import { hparamsOf } from './hparams.js'

/** What TensorBoard shows of a config: its text, and its values in the table that compares runs. */
export function configEvents(text: string): Uint8Array[] {
  const hparams = hparamsOf(text)
  // Markdown leaves indented lines as they are.
  const block = text.replaceAll(/^/gm, '    ')
  return [
    textEvent({ tag: 'config', text: block, step: 0 }),
    ...(Object.keys(hparams).length === 0 ? [] : [hparamsEvent({ hparams })]),
  ]
}
