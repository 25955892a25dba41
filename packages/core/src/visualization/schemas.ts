import * as v from 'valibot'
import { isTypedConfig } from '../registry/typed-config.js'
import { isVisBackend } from './vis-backend.js'

const fileName = (example: string) => {
  const message = `must be a name, such as '${example}'`
  return v.optional(v.pipe(v.string(message), v.nonEmpty(message)))
}

/** Options of `LocalVisBackend`. */
export const localVisBackendSchema = v.strictObject({
  imgSaveDir: fileName('vis_image'),
  configSaveFile: fileName('config.json'),
  scalarSaveFile: fileName('scalars.json'),
})

/** Options of `Visualizer`; its backends are checked by their own schemas. */
export const visualizerSchema = v.strictObject({
  visBackends: v.optional(
    v.array(
      v.custom(
        (entry) => isTypedConfig(entry) || isVisBackend(entry),
        "must be a config with a type, such as { type: 'LocalVisBackend' }, or an object with addScalars, addImage or addConfig",
      ),
      "must be a list of backends, such as [{ type: 'LocalVisBackend' }]",
    ),
  ),
})
