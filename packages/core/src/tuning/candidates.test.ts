import { expect, it } from 'vitest'
import type { EngineSettings } from '../engine/engine-settings.js'
import { type Figure, fastest, nextSettings, withTrial } from './candidates.js'

/** Measures all that is asked for. @param time of settings, undefined where the trial fails */
function search(
  processors: number,
  time: (settings: EngineSettings, trial: number) => number | undefined,
  fixed: EngineSettings = {},
) {
  const asked: EngineSettings[] = []
  let figures: Figure[] = []
  for (
    let next = nextSettings(processors, fixed, figures);
    next !== undefined;
    next = nextSettings(processors, fixed, figures)
  ) {
    asked.push(next)
    figures = withTrial(figures, next, time(next, asked.length))
  }
  return { asked, figures, chosen: fastest(figures)?.settings }
}

const threads = (intraOpThreads: number, interOpThreads: number) => ({ intraOpThreads, interOpThreads })

it("measures in two rounds, TensorFlow's own settings first, and keeps them where nothing is much faster", () => {
  const { asked, figures, chosen } = search(2, ({ intraOpThreads }) =>
    intraOpThreads === undefined ? 1 : 0.96,
  )
  const round = [{}, threads(1, 2), threads(1, 1), threads(2, 1)]
  expect(asked).toEqual([...round, ...round, { oneDnn: true }, { oneDnn: false }])
  expect(figures[1]).toEqual({ settings: threads(1, 2), msPerStep: [0.96, 0.96] })
  expect(chosen).toEqual({})
})

it('takes what is much faster', () => {
  const time = ({ intraOpThreads = 8, interOpThreads = 8, oneDnn = true }: EngineSettings) =>
    Math.abs(intraOpThreads - 4) + interOpThreads + (oneDnn ? 1 : 2)
  const { asked, chosen } = search(8, time)
  expect(asked.slice(0, 5)).toEqual([{}, threads(1, 2), threads(1, 1), threads(4, 2), threads(8, 1)])
  expect(asked.slice(-2)).toEqual([true, false].map((oneDnn) => ({ ...threads(4, 2), oneDnn })))
  expect(chosen).toEqual(threads(4, 2))
})

it('takes the smaller of two times', () => {
  const { chosen } = search(2, ({ intraOpThreads }, trial) =>
    intraOpThreads === 1 ? 3 : trial === 1 ? 9 : 2,
  )
  expect(chosen).toEqual({})
})

it.each([true, false])('turns oneDNN to %s where that is faster', (best) => {
  expect(search(2, ({ oneDnn }) => (oneDnn === best ? 1 : 2)).chosen).toEqual({ oneDnn: best })
})

it('passes over what fails', () => {
  const { figures, chosen } = search(2, ({ interOpThreads = 0 }) =>
    interOpThreads === 1 ? undefined : 5 - interOpThreads,
  )
  expect(figures).toContainEqual({ settings: threads(2, 1), msPerStep: [] })
  expect(chosen).toEqual(threads(1, 2))
})

it('leaves as it is what the user has decided', () => {
  const { asked } = search(2, () => 1, { intraOpThreads: 2, oneDnn: true })
  expect(asked).toEqual([
    ...[
      { intraOpThreads: 2, oneDnn: true },
      { ...threads(2, 2), oneDnn: true },
      { ...threads(2, 1), oneDnn: true },
    ],
    ...[
      { intraOpThreads: 2, oneDnn: true },
      { ...threads(2, 2), oneDnn: true },
      { ...threads(2, 1), oneDnn: true },
    ],
  ])
})

it('has little to try on one processor', () => {
  expect(search(1, () => 1).asked).toEqual([
    ...[{}, threads(1, 2), {}, threads(1, 2)],
    ...[{ oneDnn: true }, { oneDnn: false }],
  ])
})
