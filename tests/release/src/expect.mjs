/** @param {unknown} condition @param {string} message @returns {asserts condition} */
export function expect(condition, message) {
  if (!condition) throw new Error(message)
}

/** @param {string} text @param {readonly (string | RegExp)[]} parts all of which must be in it */
export function expectText(text, parts) {
  for (const part of parts) {
    const isThere = typeof part === 'string' ? text.includes(part) : part.test(text)
    expect(isThere, `${part} is not in:\n${text}`)
  }
}
