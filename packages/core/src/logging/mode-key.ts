import type { Mode } from '../hook/points.js'

const keys: Readonly<Record<Mode, Map<string, string>>> = {
  train: new Map(),
  val: new Map(),
  test: new Map(),
}

/**
 * `train/loss`: under which key of the message hub a mode has its value. The same text for the same name each time, because
 * one that is joined anew is dear to look up.
 */
export function modeKey(mode: Mode, name: string): string {
  const known = keys[mode]
  let key = known.get(name)
  if (key === undefined) {
    key = `${mode}/${name}`
    known.set(name, key)
  }
  return key
}
