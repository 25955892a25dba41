import { expect, it } from 'vitest'
import { modulesOf } from './modules-of.js'

it('tells modules by the dots in names of parameters', () => {
  const names = ['scale', 'fc1.weight', 'fc1.bias', 'head.norm.weight', 'head.fc.weight', 'head.fc.bias']
  expect(modulesOf('Net', names)).toEqual([
    { path: '', type: 'Net', parameters: ['scale'] },
    { path: 'fc1', type: 'Module', parameters: ['weight', 'bias'] },
    { path: 'head.norm', type: 'Module', parameters: ['weight'] },
    { path: 'head.fc', type: 'Module', parameters: ['weight', 'bias'] },
  ])
})

it('knows the model itself where it has no parameters', () => {
  expect(modulesOf('Net', [])).toEqual([{ path: '', type: 'Net', parameters: [] }])
})
