import type { Obstacle } from '@hookloop/optim'
import { difference } from './compare.js'
import type { Recording } from './recording.js'

/** Two in a row must agree; the first may differ from all others, since it makes what later ones find. */
const mostRehearsals = 4

/** What a step does, where two rehearsals of it agree. @param rehearse with other random numbers for each draw, from 1 */
export function agreedRecording(rehearse: (draw: number) => Recording | Obstacle): Recording | Obstacle {
  let last = rehearse(1)
  if ('obstacle' in last) return last
  let obstacle = ''
  for (let draw = 2; draw <= mostRehearsals; draw++) {
    const next = rehearse(draw)
    if ('obstacle' in next) return next
    if (next.leftOut !== undefined) return { obstacle: next.leftOut }
    const found = difference(last, next)
    if (found === undefined) return next
    obstacle = found
    last = next
  }
  return { obstacle }
}
