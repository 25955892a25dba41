import util from 'node:util'

const removedFunctions = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): value is null | undefined => value === null || value === undefined,
}

/**
 * Gives back `util.isArray` and `util.isNullOrUndefined`, which Node 23 removed and which
 * `@tensorflow/tfjs-node` up to 4.22.0 calls in every operation. Where Node still has them, nothing changes.
 * Call it before the first operation on tfjs-node.
 * @see https://github.com/tensorflow/tfjs/issues/8609
 */
export function restoreNodeUtil(): void {
  for (const [name, value] of Object.entries(removedFunctions)) {
    if (name in util) continue
    // As Node had them: replaceable, and not listed.
    Object.defineProperty(util, name, { value, writable: true, configurable: true, enumerable: false })
  }
}
