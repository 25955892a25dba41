/** Words as a person can paste them into a POSIX shell. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}

/** How this program was called. */
export function ownName(): string {
  return process.env.npm_command === 'exec' ? 'npx hookloop' : 'hookloop'
}
