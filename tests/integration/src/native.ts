/** Why native TensorFlow cannot be used here; undefined where it can. */
export async function missingNative(): Promise<string | undefined> {
  try {
    await import('@tensorflow/tfjs-node')
    return undefined
  } catch (error) {
    return `@tensorflow/tfjs-node cannot be loaded: ${String(error).split('\n')[0]}`
  }
}
