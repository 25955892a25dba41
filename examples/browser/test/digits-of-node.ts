import type { Digits } from '@hookloop-examples/mnist/digits'
import { loadDigits } from '@hookloop-examples/mnist/load-digits'
import { someOf } from '../src/worker/some-of.js'

/** The digits as Node reads them, as many to train on as the page has. */
export async function digitsOfNode(examples: number): Promise<Digits> {
  const digits = await loadDigits()
  return { ...digits, train: someOf(digits.train, examples) }
}
