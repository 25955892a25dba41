import { Hook, hasCode, hookPoints, nearestNames, priorityNumber, reasonOf } from '@hookloop/core'
import type { ContractFinding } from './finding.js'
import { sharedPoints } from './watch/hook-calls.js'

/** What is wrong with a hook before any run: its priority, its methods. */
export function shapeFindings(hook: Hook): ContractFinding[] {
  return [...priorityFindings(hook), ...pointFindings(hook), ...stateFindings(hook)]
}

function priorityFindings({ priority }: Hook): ContractFinding[] {
  try {
    priorityNumber(priority)
    return []
  } catch (error) {
    if (!hasCode(error, 'HL_PRIORITY')) throw error
    return [{ check: 'priority', subject: 'priority', message: reasonOf(error) }]
  }
}

/** Methods that nobody will ever call, though they are called like hook points. */
function pointFindings(hook: Hook): ContractFinding[] {
  const points: readonly string[] = [...hookPoints, ...sharedPoints]
  return methodNames(hook)
    .filter((name) => /^(before|after|on)[A-Z_]/i.test(name) && !points.includes(name))
    .flatMap((name) => {
      const plain = name.replaceAll('_', '')
      const [nearest] = nearestNames(plain, points)
      if (nearest === undefined) return []
      return [
        {
          check: 'points',
          subject: name,
          message: `${name} is no hook point and is never called; did you mean ${nearest}? A helper of the hook is better a #private method`,
        } as const,
      ]
    })
}

function stateFindings(hook: Hook): ContractFinding[] {
  const [gives, takes] = [hook.stateDict !== undefined, hook.loadStateDict !== undefined]
  if (gives === takes) return []
  const [there, missing] = gives ? ['stateDict', 'loadStateDict'] : ['loadStateDict', 'stateDict']
  return [
    {
      check: 'resume',
      subject: missing ?? '',
      message: `it has ${there}() but no ${missing}(): what a checkpoint keeps of a hook is what both agree on; write both`,
    },
  ]
}

function methodNames(hook: Hook): string[] {
  const names = new Set(Object.keys(hook).filter((name) => typeof Reflect.get(hook, name) === 'function'))
  let prototype: object | null = Object.getPrototypeOf(hook)
  for (; prototype !== null && prototype !== Hook.prototype && prototype !== Object.prototype; ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (typeof value === 'function' && name !== 'constructor') names.add(name)
    prototype = Object.getPrototypeOf(prototype)
  }
  return [...names]
}
