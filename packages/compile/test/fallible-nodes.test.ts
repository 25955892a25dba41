import { describe, expect, it } from 'vitest'
import { fallibleNodes } from '../src/lowering/fallible-nodes.js'
import type { GraphNode } from '../src/tensorflow/graph-def.js'

function node(name: string, op: string, inputs: string[] = [], type = 1): GraphNode {
  return { name, op, inputs, attrs: { T: { type } } }
}

describe('nodes that may fail', () => {
  it('are those with indices, and divisions of whole numbers', () => {
    const nodes = [
      node('b0', 'Placeholder'),
      node('n0', 'MatMul', ['b0', 'b0']),
      node('n1', 'GatherV2', ['n0']),
      node('n2', 'Mul', ['n1']),
      node('n3', 'FloorDiv', ['b0'], 3),
      node('n4', 'FloorDiv', ['b0'], 1),
      node('w0', 'AssignVariableOp', ['h0', 'n2', '^n3']),
    ]
    expect(fallibleNodes(nodes)).toEqual({ byValues: new Set(['n1', 'n3']), byShape: new Set() })
  })

  it('and all that is made of what may have another shape', () => {
    const nodes = [
      node('b0', 'Placeholder'),
      node('n0', 'UniqueV2', ['b0']),
      node('n1', 'Neg', ['n0:1']),
      node('n2', 'Add', ['n1', 'b0']),
      node('n3', 'Neg', ['b0', '^n0']),
    ]
    expect(fallibleNodes(nodes)).toEqual({ byValues: new Set(['n0']), byShape: new Set(['n1', 'n2']) })
  })
})
