import type { EngineSettings } from '../engine/engine-settings.js'

/** How long a training step took with some settings. */
export interface Figure {
  readonly settings: EngineSettings
  /** Milliseconds per step, data included, once per trial; empty where it could not be measured. */
  readonly msPerStep: readonly number[]
}

/**
 * What to measure next: TensorFlow's own settings and few threads in several ways, in two rounds, as a machine may have had
 * other things to do; then the best with oneDNN and without, as TensorFlow's own choice goes by the processor alone.
 * Undefined when all is known.
 * @param fixed what the user has decided
 * @param figures what was measured so far, in this order
 */
export function nextSettings(
  processors: number,
  fixed: EngineSettings,
  figures: readonly Figure[],
): EngineSettings | undefined {
  const candidates = threadSettings(processors, fixed)
  const trialsOf = (settings: EngineSettings) => figureOf(settings, figures)?.msPerStep.length
  const next =
    candidates.find((settings) => trialsOf(settings) === undefined) ??
    candidates.find((settings) => candidates.length > 1 && trialsOf(settings) === 1)
  if (next !== undefined) return next
  if (fixed.oneDnn !== undefined) return undefined
  const { oneDnn: _, ...best } = fastest(figures)?.settings ?? {}
  return [true, false]
    .map((oneDnn) => ({ ...best, oneDnn }))
    .find((settings) => trialsOf(settings) === undefined)
}

/** The figures after one more trial. @param msPerStep undefined where it failed */
export function withTrial(
  figures: readonly Figure[],
  settings: EngineSettings,
  msPerStep: number | undefined,
): Figure[] {
  const known = figureOf(settings, figures)
  const figure = {
    settings,
    msPerStep: [...(known?.msPerStep ?? []), ...(msPerStep === undefined ? [] : [msPerStep])],
  }
  return known === undefined
    ? [...figures, figure]
    : figures.map((other) => (other === known ? figure : other))
}

/** Settings must gain so much on those before them to be preferred: less may be chance. */
const leastGain = 0.05

/** The figure of the settings to take; undefined where nothing could be measured. */
export function fastest(figures: readonly Figure[]): Figure | undefined {
  return figures
    .filter(({ msPerStep }) => msPerStep.length > 0)
    .reduce<Figure | undefined>(
      (best, figure) =>
        best === undefined || timeOf(figure) < timeOf(best) * (1 - leastGain) ? figure : best,
      undefined,
    )
}

/** Whatever else a machine does makes steps slower, never faster. */
export function timeOf({ msPerStep }: Figure): number {
  return Math.min(...msPerStep)
}

function threadSettings(processors: number, fixed: EngineSettings): EngineSettings[] {
  const pairs = [
    [1, 2],
    [1, 1],
    [Math.ceil(processors / 2), 2],
    [processors, 1],
  ] as const
  const all = [
    {},
    ...pairs
      // As TensorFlow has it.
      .filter(([intra, inter]) => intra !== processors || inter !== processors)
      .map(([intraOpThreads, interOpThreads]) => ({ intraOpThreads, interOpThreads })),
  ].map((settings) => ({ ...settings, ...fixed }))
  return all.filter((settings, index) => all.findIndex((other) => isSame(other, settings)) === index)
}

function figureOf(settings: EngineSettings, figures: readonly Figure[]): Figure | undefined {
  return figures.find((figure) => isSame(figure.settings, settings))
}

function isSame(a: EngineSettings, b: EngineSettings): boolean {
  return (
    a.intraOpThreads === b.intraOpThreads &&
    a.interOpThreads === b.interOpThreads &&
    a.oneDnn === b.oneDnn &&
    a.xla === b.xla
  )
}
