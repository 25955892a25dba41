import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Arithmetic } from './arithmetic.js'
import { type Loop, loopSource } from './loop-source.js'
import type { Factors } from './update-plan.js'
import type { Update } from './update-rule.js'

type Taken = Required<Factors<'lr'>>

/** A rule that looks at what it remembered after it has remembered something else. */
function ruleWith(name: string) {
  return <Value>(
    { add, mul, sub }: Arithmetic<Value>,
    { parameter, gradient, factors, state }: Update<Value, Taken>,
  ): Value => {
    const before = state.tensor(name, 2)
    state.setTensor(name, add(before, gradient))
    return sub(parameter, mul(before, factors.lr))
  }
}

const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 9 })

it('goes over all elements once, and rounds as operations over tensors do', () => {
  fc.assert(
    fc.property(floats, fc.float({ noNaN: true, noDefaultInfinity: true }), (values, lr) => {
      const { text, slots } = loopSource<Taken>({ lr }, ruleWith('sum'))
      expect([...slots]).toEqual([['sum', 2]])
      const loop: Loop = new Function('f', text)(Math.fround)
      const [parameter, sum] = [
        Float32Array.from(values),
        Float32Array.from(values).map((value) => value / 3),
      ]
      const gradient = Float32Array.from(values).map((value) => -value)
      const wanted = {
        parameter: parameter.map((value, index) => value - Math.fround((sum[index] ?? 0) * lr)),
        sum: sum.map((value, index) => value + (gradient[index] ?? 0)),
      }
      // In place, as on wasm.
      loop([lr], gradient, [parameter, sum], [parameter, sum])
      expect({ parameter, sum }).toEqual(wanted)
    }),
  )
})

it('lets no name into the text', () => {
  const name = "'); throw new Error('x'); ('"
  const { text, slots } = loopSource<Taken>({ lr: 1 }, ruleWith(name))
  expect(text).toBe(loopSource<Taken>({ lr: 2 }, ruleWith('sum')).text)
  expect([...slots.keys()]).toEqual([name])
})
