import { expect, it } from 'vitest'
import { didYouMean } from './nearest.js'

it('names what is near, and nothing where nothing is', () => {
  expect(didYouMean('EMAHok', ['SGD', 'EMAHook', 'EmptyCacheHook'])).toBe(". Did you mean 'EMAHook'?")
  expect(didYouMean('EMAHook', ['SGD', 'LoggerHook'])).toBe('')
})
