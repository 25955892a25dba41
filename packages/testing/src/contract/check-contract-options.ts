import { didYouMean, HookloopError } from '@hookloop/core'
import { contractChecks } from './checks.js'
import type { HookContractOptions } from './options.js'

/** @throws `HL_CONTRACT_OPTIONS` for a check that there is not, or that is left out without a reason */
export function checkContractOptions({ leaveOut = {} }: Pick<HookContractOptions, 'leaveOut'>): void {
  const names = Object.keys(contractChecks)
  for (const [name, reason] of Object.entries(leaveOut)) {
    if (!names.includes(name)) {
      const hint = didYouMean(name, names) || `Checks are ${names.join(', ')}`
      throw wrong(`leaveOut names '${name}', which is no check of the contract. ${hint}`)
    }
    if (typeof reason !== 'string' || reason.trim() === '')
      throw wrong(
        `leaveOut.${name} must say why this hook need not pass the check, such as '${name}: "it is made for …"'`,
      )
  }
}

function wrong(message: string): HookloopError {
  return new HookloopError('HL_CONTRACT_OPTIONS', message)
}
