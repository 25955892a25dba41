import { expect, it } from 'vitest'
import { wayToTfjsNode } from './ways-out.js'

it('does not ask to install what is there', () => {
  expect(wayToTfjsNode({ reason: 'is not installed' })).toContain('npm install @tensorflow/tfjs-node')
  const reason = 'is installed without its native library'
  expect(wayToTfjsNode({ reason, lacksLibrary: true })).not.toContain('npm install')
})
