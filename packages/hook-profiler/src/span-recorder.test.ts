import { describe, expect, it } from 'vitest'
import { SpanRecorder } from './span-recorder.js'

function recorderAt(ms: number) {
  const clock = { ms }
  return { clock, recorder: new SpanRecorder(() => clock.ms) }
}

describe('SpanRecorder', () => {
  it('counts time from its own beginning, and orders spans from the outside in', () => {
    const { clock, recorder } = recorderAt(500)
    recorder.start()
    clock.ms += 10
    const outer = recorder.open({ kind: 'point', name: 'outer' })
    const inner = recorder.open({ kind: 'hook', name: 'inner' })
    clock.ms += 5
    recorder.close(inner)
    clock.ms += 1
    recorder.close(outer)
    const { begin, end, spans } = recorder.take()
    expect([begin, end]).toEqual([0, 16])
    expect(spans).toEqual([
      expect.objectContaining({ name: 'outer', begin: 10, end: 16 }),
      expect.objectContaining({ name: 'inner', begin: 10, end: 15 }),
    ])
  })

  it('keeps nothing while it does not record', () => {
    const { clock, recorder } = recorderAt(0)
    recorder.close(recorder.open({ kind: 'hook', name: 'early' }))
    recorder.start()
    clock.ms = 2
    const dropped = recorder.open({ kind: 'point', name: 'dropped' })
    recorder.drop(dropped)
    recorder.close(dropped)
    expect(recorder.take().spans).toEqual([])
    recorder.close(recorder.open({ kind: 'hook', name: 'late' }))
    expect(recorder.take()).toEqual({ begin: 2, end: 2, spans: [] })
  })

  it('cuts what reaches beyond a recording, and goes on with it in the next', () => {
    const { clock, recorder } = recorderAt(0)
    const epoch = recorder.open({ kind: 'loop', name: 'epoch' })
    clock.ms = 10
    recorder.start()
    clock.ms = 15
    expect(recorder.take().spans).toEqual([expect.objectContaining({ begin: 10, end: 15 })])
    clock.ms = 20
    recorder.start()
    clock.ms = 23
    recorder.close(epoch)
    clock.ms = 30
    expect(recorder.take().spans).toEqual([expect.objectContaining({ begin: 20, end: 23 })])
  })
})
