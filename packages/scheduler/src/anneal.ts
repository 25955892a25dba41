/** Between two values along half a cosine. @param share from 0 to 1 */
export function annealCosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
}

/** Between two values along a straight line. @param share from 0 to 1 */
export function annealLinear(from: number, to: number, share: number): number {
  return (to - from) * share + from
}
