/** What people call a place of a run's portrait. */
export function placeName(path: string): string {
  const history = /^messageHub\.logScalars\.(.+)\.(values|counts|maxLength)$/.exec(path)?.[1]
  if (history !== undefined) return `the history '${history}' of the message hub`
  const fact = /^messageHub\.runtimeInfo\.(.+)$/.exec(path)?.[1]
  if (fact !== undefined) return `the fact '${fact}' of the message hub`
  const weight = /^weights\.(.+)$/.exec(path)?.[1]
  if (weight !== undefined) return `the weight '${weight}' of the model`
  const setting = /^optimizer\[(\d+)\]\.(.+)$/.exec(path)
  if (setting !== null) return `'${setting[2]}' of the optimizer`
  const file = /^files\.(.+)$/.exec(path)?.[1]
  if (file !== undefined) return `the file ${file}`
  return path === 'isStopped' ? 'whether training was stopped' : `'${path}' of the run`
}

/** A value that is too long for a message, cut. */
export function shortened(text: string | undefined): string {
  if (text === undefined) return 'not there'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
