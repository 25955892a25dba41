import type { RandomnessCfg } from './options.js'

/** The seed of a run: the configured one, else a new one that fits 31 bits. */
export function chooseSeed(config: RandomnessCfg | undefined, rank: number): number {
  const seed = config?.seed ?? Math.floor(Math.random() * 2 ** 31)
  return config?.diffRankSeed === true ? seed + rank : seed
}
