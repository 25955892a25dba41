/** How results are written: `.jsonl`, a line per example, or `.json`, one list. */
export const resultEndings = ['.jsonl', '.json'] as const

/** JSON has no number for these; as texts Python's `float` and JavaScript's `Number` read them. */
const nonFinite: readonly unknown[] = ['NaN', 'Infinity', '-Infinity']

/** Examples per chunk: enough that few writes are made, few enough that no chunk is large. */
const chunkLength = 256

/** The bytes of a file with the results, in chunks. */
export function* resultChunks(path: string, results: readonly unknown[]): Generator<Uint8Array> {
  const isLines = path.endsWith('.jsonl')
  const [open, between, close] = isLines ? ['', '\n', '\n'] : ['[\n', ',\n', '\n]\n']
  const encoder = new TextEncoder()
  for (let begin = 0; begin < results.length; begin += chunkLength) {
    const lines = results.slice(begin, begin + chunkLength).map(resultText)
    yield encoder.encode((begin === 0 ? open : between) + lines.join(between))
  }
  if (results.length > 0) yield encoder.encode(close)
  else yield encoder.encode(isLines ? '' : '[]\n')
}

function resultText(result: unknown): string {
  const text: string | undefined = JSON.stringify(result, (_name, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
  return text ?? 'null'
}

/** Reads a line of a `.jsonl` file, or a whole `.json` file, as `DumpResults` wrote it, with NaN and infinities. */
export function parseResults(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => (nonFinite.includes(value) ? Number(value) : value))
}
