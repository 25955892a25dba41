import { HookloopError, type ModelParameters } from '@hookloop/core'

/** True for the parameter `place` itself and those inside of it: `head` and `head.kernel` for `head`. */
export function isUnder(parameter: string, place: string): boolean {
  return parameter === place || parameter.startsWith(`${place}.`)
}

/** The first parts of names, such as `generator` of `generator.hidden.kernel`. */
export function firstParts(parameters: readonly string[]): string[] {
  return [...new Set(parameters.map((name) => name.split('.', 1).join()))]
}

/** A model of which only some parameters are to be trained. Buffers are all of it: a loss may run any part forward. */
export function partOf(model: ModelParameters, names: ReadonlySet<string>): ModelParameters {
  const { buffers, modules } = model
  return {
    parameters: () =>
      Object.fromEntries(Object.entries(model.parameters()).filter(([name]) => names.has(name))),
    ...(buffers === undefined ? {} : { buffers: () => buffers.call(model) }),
    ...(modules === undefined
      ? {}
      : {
          modules: () =>
            modules.call(model).map((module) => ({
              ...module,
              parameters: module.parameters.filter((own) =>
                names.has(module.path === '' ? own : `${module.path}.${own}`),
              ),
            })),
        }),
  }
}

/**
 * The part of a model inside of the given places.
 * @throws `HL_OPTIM_NO_PARAMETERS` for a place without parameters
 */
export function partUnder(model: ModelParameters, places: readonly string[]): ModelParameters {
  const names = Object.keys(model.parameters())
  const empty = places.find((place) => !names.some((name) => isUnder(name, place)))
  if (empty !== undefined) {
    throw new HookloopError(
      'HL_OPTIM_NO_PARAMETERS',
      `optimWrapper.parameters names '${empty}', but no parameter of the model is called so or begins with '${empty}.'; ` +
        `the names begin with ${firstParts(names).join(', ')}`,
    )
  }
  return partOf(model, new Set(names.filter((name) => places.some((place) => isUnder(name, place)))))
}
