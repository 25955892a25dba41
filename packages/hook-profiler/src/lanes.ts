interface Interval {
  readonly begin: number
  readonly end: number
}

/**
 * The lane of each interval, from 0: in a lane intervals lie beside or inside each other, as viewers of traces want.
 * Only what asynchronous hooks do behind the run's back ever leaves lane 0.
 * @param intervals by their begin, outer ones before what lies in them
 */
export function lanesOf(intervals: readonly Interval[]): number[] {
  /** Ends of the intervals around the present time, outer ones first. */
  const lanes: number[][] = []
  return intervals.map((interval) => {
    const free = lanes.findIndex((ends) => takes(ends, interval))
    const lane = free === -1 ? lanes.push([]) - 1 : free
    lanes[lane]?.push(interval.end)
    return lane
  })
}

function takes(ends: number[], { begin, end }: Interval): boolean {
  while ((ends.at(-1) ?? Number.POSITIVE_INFINITY) <= begin) ends.pop()
  return end <= (ends.at(-1) ?? Number.POSITIVE_INFINITY)
}
