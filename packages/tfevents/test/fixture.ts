import { readFileSync } from 'node:fs'

/** A picture of 5 × 3 pixels. */
export function pngFixture(name: 'gray' | 'gray-alpha' | 'rgb' | 'palette' | 'rgba'): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}.png`, import.meta.url)))
}
