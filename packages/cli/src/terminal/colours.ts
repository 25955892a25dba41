/** True where a person looks who wants colours; `NO_COLOR`, `TERM=dumb` and pipes say no. */
export function hasColours(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true && stream.hasColors()
}
