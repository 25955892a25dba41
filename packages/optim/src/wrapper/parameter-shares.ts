import { type HasParamGroups, HookloopError, type ModelParameters } from '@hookloop/core'
import { firstParts, isUnder } from './model-part.js'

/** What an optimizer is to train: the parameters inside of some places, or those that it has already. */
export type Claim = { readonly places: readonly string[] } | { readonly holder: HasParamGroups }

type Shares = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Shares the parameters of a model out among optimizers; of two places that fit the longer one wins.
 * @returns names of parameters by the name of the optimizer
 * @throws `HL_OPTIM_NO_PARAMETERS` for an optimizer without parameters, and for a place without any
 * @throws `HL_OPTIM_DUPLICATE` for a parameter of two optimizers
 * @throws `HL_OPTIM_UNASSIGNED` for a trainable parameter without one
 */
export function shareOut(model: ModelParameters, claims: ReadonlyMap<string, Claim>): Shares {
  const shares = new Map([...claims.keys()].map((name) => [name, new Set<string>()]))
  const owners = new Map<number, { readonly owner: string; readonly parameter: string }>()
  const unassigned: string[] = []
  const parameters = model.parameters()
  const names = Object.keys(parameters)
  for (const [parameter, variable] of Object.entries(parameters)) {
    const takers = takersOf(parameter, variable.id, claims)
    for (const owner of takers) {
      const other = owners.get(variable.id)
      if (other !== undefined && other.owner !== owner) throw takenTwice(parameter, owner, other)
      owners.set(variable.id, { owner, parameter })
      shares.get(owner)?.add(parameter)
    }
    if (takers.length === 0 && variable.trainable) unassigned.push(parameter)
  }
  for (const [name, share] of shares)
    if (share.size === 0) throw withoutParameters(name, claims.get(name), names)
  for (const [name, claim] of claims) if ('places' in claim) checkPlaces(name, claim.places, names)
  if (unassigned.length > 0) throw withoutOptimizer(unassigned, [...claims.keys()])
  return shares
}

function takersOf(parameter: string, id: number, claims: ReadonlyMap<string, Claim>): string[] {
  const fits = [...claims].map(([owner, claim]) => ({ owner, fit: fitOf(parameter, id, claim) }))
  const longest = Math.max(...fits.map(({ fit }) => (fit === Number.POSITIVE_INFINITY ? 0 : fit)))
  return fits
    .filter(({ fit }) => fit > 0 && (fit === longest || fit === Number.POSITIVE_INFINITY))
    .map(({ owner }) => owner)
}

/** How well a claim fits a parameter: 0 not at all, otherwise the length of the place; infinite for what it holds. */
function fitOf(parameter: string, id: number, claim: Claim): number {
  if ('places' in claim)
    return Math.max(
      0,
      ...claim.places.filter((place) => isUnder(parameter, place)).map(({ length }) => length),
    )
  const holds = claim.holder.paramGroups.some(({ params }) =>
    params.some(({ variable }) => variable.id === id),
  )
  return holds ? Number.POSITIVE_INFINITY : 0
}

function checkPlaces(name: string, places: readonly string[], parameters: readonly string[]): void {
  const place = places.find((one) => !parameters.some((parameter) => isUnder(parameter, one)))
  if (place === undefined) return
  throw new HookloopError(
    'HL_OPTIM_NO_PARAMETERS',
    `optimWrapper.${name}.parameters lists '${place}', but no parameter is called so or begins with '${place}.'; the ` +
      `names of the model begin with ${firstParts(parameters).join(', ')}`,
  )
}

function takenTwice(
  parameter: string,
  owner: string,
  other: { readonly owner: string; readonly parameter: string },
): HookloopError {
  const same = parameter === other.parameter ? '' : `, where it is called '${other.parameter}'`
  return new HookloopError(
    'HL_OPTIM_DUPLICATE',
    `optimWrapper: the parameter '${parameter}' would be trained by ${owner} and by ${other.owner}${same}; ` +
      'give each parameter to one optimizer',
  )
}

function withoutParameters(
  name: string,
  claim: Claim | undefined,
  parameters: readonly string[],
): HookloopError {
  const places = claim !== undefined && 'places' in claim ? claim.places : undefined
  const reason =
    places === undefined
      ? 'it holds no parameter of the model'
      : `no parameter is called ${places.join(' or ')}, or begins with ${places.map((place) => `'${place}.'`).join(' or ')}, and is free`
  return new HookloopError(
    'HL_OPTIM_NO_PARAMETERS',
    `optimWrapper.${name} has nothing to train: ${reason}. The names of the model begin with ` +
      `${firstParts(parameters).join(', ') || 'nothing: it has no parameters'}; name the optimizer after them, or list ` +
      `them in optimWrapper.${name}.parameters`,
  )
}

function withoutOptimizer(unassigned: readonly string[], names: readonly string[]): HookloopError {
  const shown = unassigned.slice(0, 5).join(', ')
  const more = unassigned.length > 5 ? ` and ${unassigned.length - 5} more` : ''
  return new HookloopError(
    'HL_OPTIM_UNASSIGNED',
    `optimWrapper: none of ${names.join(', ')} trains ${shown}${more}. An optimizer trains the parameters whose names begin ` +
      'with its own name and a dot, or with what its `parameters` lists; set `trainable` to false on what is not to be trained',
  )
}
