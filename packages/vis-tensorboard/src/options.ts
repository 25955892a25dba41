import * as v from 'valibot'

/** Options of {@link TensorboardVisBackend}. */
export interface TensorboardVisBackendOptions {
  /** The folder of the event files; default `<logDir>/vis_data`. Runs that share one are one curve. */
  readonly saveDir?: string
}

const folderMessage = "must be the path of a folder, such as 'runs/baseline'"

export const tensorboardVisBackendSchema = v.strictObject({
  saveDir: v.optional(v.pipe(v.string(folderMessage), v.nonEmpty(folderMessage))),
})
