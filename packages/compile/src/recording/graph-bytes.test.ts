import { describe, expect, it } from 'vitest'
import { graphBytes } from './graph-bytes.js'
import type { RecordedNode, Recording, Source } from './recording.js'
import { TensorPlace } from './template.js'

const node = (index: number): Source => ({ from: 'node', index, output: 0 })
const batch: Source = { from: 'batch', index: 0 }

/** An operation on floats that gives `size` of them. */
function op(name: string, size: number, ...inputs: Source[]): RecordedNode {
  return { kind: 'op', op: name, attrs: [], inputs, outputs: [{ shape: [size], dtype: 1 }] }
}

function recordingOf(nodes: RecordedNode[], rest: Partial<Recording> = {}): Recording {
  return {
    nodes,
    variables: [],
    captured: [],
    written: new Map(),
    outputs: {},
    passes: [],
    drawn: [],
    leftOut: undefined,
    peakBytes: 0,
    ...rest,
  }
}

describe('graphBytes', () => {
  it('frees each result after its last use', () => {
    const chain = [
      op('Exp', 10, batch),
      op('Exp', 10, node(0)),
      op('Exp', 10, node(1)),
      op('Sum', 1, node(2)),
    ]
    expect(graphBytes(recordingOf(chain))).toBe(80)
  })

  it('keeps what a later operation wants, and what the step hands out', () => {
    const nodes = [
      op('Exp', 10, batch),
      op('Sum', 1, node(0)),
      op('Exp', 10, batch),
      op('Mul', 10, node(0), node(2)),
    ]
    expect(graphBytes(recordingOf(nodes))).toBe(40 + 40 + 40)
    expect(graphBytes(recordingOf(nodes, { outputs: { loss: new TensorPlace(node(1)) } }))).toBe(124)
  })

  it('counts no memory for another shape, and none for what goes into variables', () => {
    const nodes = [op('Exp', 10, batch), op('Reshape', 10, node(0)), op('Exp', 10, node(1))]
    expect(graphBytes(recordingOf(nodes))).toBe(80)
    expect(graphBytes(recordingOf(nodes, { written: new Map([[0, node(2)]]) }))).toBe(40)
  })

  it('has constants all the time', () => {
    const constant: RecordedNode = { kind: 'const', shape: [5], dtype: 1, values: new Float32Array(5) }
    expect(graphBytes(recordingOf([constant, op('Exp', 10, batch), op('Exp', 10, node(1))]))).toBe(100)
  })
})
