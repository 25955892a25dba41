/** Of the longer side of a drawing: a picture of one pixel fills a square of it. */
export const longestSide = 16_384

/** What encoding a PNG in memory can bear: such a drawing takes about 2 GB and half a minute. */
export const mostPixels = longestSide ** 2
