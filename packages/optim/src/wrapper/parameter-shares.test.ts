import type { HasParamGroups } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isUnder } from './model-part.js'
import { type Claim, shareOut } from './parameter-shares.js'

describe('shareOut', () => {
  const variables: Record<string, tf.Variable> = {}
  const add = (name: string, trainable = true) => {
    variables[name] = tf.tidy(() => tf.variable(tf.scalar(1), trainable))
  }

  beforeEach(() => tf.setBackend('cpu').then(() => undefined))
  afterEach(() => {
    tf.dispose(variables)
    for (const name of Object.keys(variables)) delete variables[name]
  })

  const share = (claims: Record<string, Claim | readonly string[]>) => {
    const entries = Object.entries(claims).map(([name, claim]): [string, Claim] => [
      name,
      isList(claim) ? { places: claim } : claim,
    ])
    const shares = shareOut({ parameters: () => variables }, new Map(entries))
    return Object.fromEntries([...shares].map(([name, parameters]) => [name, [...parameters]]))
  }

  it('gives each optimizer the parameters inside of its places, frozen ones included', () => {
    for (const name of ['gen.a', 'gen.b.c', 'disc.a', 'generic']) add(name)
    add('gen.frozen', false)
    expect(share({ gen: ['gen'], disc: ['disc', 'generic'] })).toEqual({
      gen: ['gen.a', 'gen.b.c', 'gen.frozen'],
      disc: ['disc.a', 'generic'],
    })
  })

  it('lets the longer place win, whatever the order', () => {
    for (const name of ['net.a', 'net.head.a', 'net.header']) add(name)
    const wanted = { net: ['net.a', 'net.header'], head: ['net.head.a'] }
    expect(share({ net: ['net'], head: ['net.head'] })).toEqual(wanted)
    expect(share({ head: ['net.head'], net: ['net'] })).toEqual(wanted)
  })

  it('leaves out frozen parameters that nobody wants', () => {
    add('gen.a')
    add('teacher.a', false)
    expect(share({ gen: ['gen'] })).toEqual({ gen: ['gen.a'] })
  })

  it('knows what a wrapper holds that is made already', () => {
    add('gen.a')
    add('disc.a')
    expect(share({ gen: ['gen'], disc: { holder: holderOf('disc.a') } })).toEqual({
      gen: ['gen.a'],
      disc: ['disc.a'],
    })
  })

  it.each<[string, string, () => unknown]>([
    [
      'HL_OPTIM_UNASSIGNED',
      'none of gen, disc trains head.a, head.b. An optimizer trains the parameters whose names begin with its own name',
      () => share({ gen: ['gen'], disc: ['disc'] }),
    ],
    [
      'HL_OPTIM_NO_PARAMETERS',
      "optimWrapper.critic has nothing to train: no parameter is called critic, or begins with 'critic.', and is free. " +
        'The names of the model begin with gen, disc, head',
      () => share({ gen: ['gen'], critic: ['critic'], disc: ['disc'] }),
    ],
    [
      'HL_OPTIM_NO_PARAMETERS',
      "optimWrapper.gen.parameters lists 'genn', but no parameter is called so or begins with 'genn.'; the names of the " +
        'model begin with gen, disc, head',
      () => share({ gen: ['gen', 'genn'], disc: ['disc', 'head'] }),
    ],
    [
      'HL_OPTIM_DUPLICATE',
      "the parameter 'gen.a' would be trained by two and by one",
      () => share({ one: ['gen'], two: ['gen'], disc: ['disc', 'head'] }),
    ],
    [
      'HL_OPTIM_DUPLICATE',
      "'disc.tied' would be trained by disc and by gen, where it is called 'gen.a'",
      () => {
        if (variables['gen.a'] !== undefined) variables['disc.tied'] = variables['gen.a']
        share({ gen: ['gen'], disc: ['disc'], head: ['head'] })
      },
    ],
    [
      'HL_OPTIM_DUPLICATE',
      "'gen.a' would be trained by all and by gen",
      () => share({ gen: ['gen'], all: { holder: holderOf(...Object.keys(variables)) } }),
    ],
    [
      'HL_OPTIM_NO_PARAMETERS',
      'optimWrapper.other has nothing to train: it holds no parameter of the model',
      () => share({ gen: ['gen', 'disc', 'head'], other: { holder: holderOf() } }),
    ],
  ])('refuses with %s: %s', (code, message, action) => {
    for (const name of ['gen.a', 'disc.a', 'head.a', 'head.b']) add(name)
    expect(action).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  it('gives every parameter to exactly one optimizer, the one with the longest place', () => {
    const part = fc.constantFrom('a', 'b', 'ab')
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(path, { minLength: 1, maxLength: 3 }),
        (names, places) => {
          for (const name of names) add(`${name}.w`)
          const best = (parameter: string) =>
            places.filter((place) => isUnder(parameter, place)).sort((one, two) => two.length - one.length)[0]
          const all = names.map((name) => `${name}.w`)
          const claims = Object.fromEntries(places.map((place) => [place, [place]]))
          const isFair = all.every(best) && places.every((place) => all.some((name) => best(name) === place))
          if (!isFair) expect(() => share(claims)).toThrow(/HL_OPTIM_(UNASSIGNED|NO_PARAMETERS)/)
          else
            expect(share(claims)).toEqual(
              Object.fromEntries(places.map((place) => [place, all.filter((name) => best(name) === place)])),
            )
          tf.dispose(variables)
          for (const name of Object.keys(variables)) delete variables[name]
        },
      ),
    )
  })

  function holderOf(...names: readonly string[]): HasParamGroups {
    const params = names.flatMap((name) => {
      const variable = variables[name]
      return variable === undefined ? [] : [{ name, variable }]
    })
    return { paramGroups: [{ params, lr: 0.1 }] }
  }
})

function isList(claim: Claim | readonly string[]): claim is readonly string[] {
  return Array.isArray(claim)
}
