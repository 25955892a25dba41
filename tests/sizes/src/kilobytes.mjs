/** As the README shows it. @param {number} bytes */
export function kB(bytes) {
  return `${bytes < 10_000 ? (bytes / 1000).toFixed(1) : Math.round(bytes / 1000)} kB`
}
