/** A line of what the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** A line about it, which must not get into what is piped on. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Data for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** What modules of the user write with `console.log` goes to stderr from now on, so that stdout holds JSON alone. */
export function keepOutputForJson(): void {
  for (const name of ['log', 'info', 'debug'] as const) console[name] = console.error
}

/** A reader that has seen enough, such as `head`, is no reason to end a training. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}
