import { files } from './files.js'
import { folders } from './folders.js'
import { logs } from './logs.js'
import { names } from './names.js'
import { paths } from './paths.js'
import { pendingFiles } from './pending-files.js'
import type { Rule } from './rule.js'
import { writers } from './writers.js'

export type { Rule } from './rule.js'

/** What core's `Storage` promises, as observations that are the same in every store. */
export const storageContract: readonly Rule[] = [
  ...files,
  ...pendingFiles,
  ...writers,
  ...logs,
  ...folders,
  ...names,
  ...paths,
]
