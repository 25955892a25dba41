/**
 * Something that a user does, with what must come of it.
 * @typedef {object} Scene
 * @property {string} title
 * @property {boolean} isShort part of `npm test`
 * @property {(stage: import('./stage.mjs').Stage) => Promise<string>} act what came of it; throws where that is wrong
 */

/**
 * Plays scenes one after the other and prints each with its result.
 * @param {readonly Scene[]} scenes @param {import('./stage.mjs').Stage} stage
 * @returns {Promise<number>} how many failed
 */
export async function play(scenes, stage) {
  let failed = 0
  for (const { title, act } of scenes) {
    const begin = performance.now()
    const tell = (/** @type {string} */ word, /** @type {string} */ text) =>
      process.stdout.write(
        `${word} ${title} (${((performance.now() - begin) / 1000).toFixed(1)} s): ${text}\n`,
      )
    try {
      tell('ok    ', await act(stage))
    } catch (error) {
      failed += 1
      tell('FAILED', error instanceof Error ? error.message : String(error))
    }
  }
  return failed
}
