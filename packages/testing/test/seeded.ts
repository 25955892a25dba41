import { describe, expect, it } from 'vitest'
import { type ContractCheck, expectHookContract, type HookClass, HookContractError } from '../src/index.js'

/** A hook with a defect, the check that is to find it, and what that is to say. */
export type Seeded = readonly [
  what: string,
  HookClass: HookClass<unknown>,
  check: ContractCheck,
  message: RegExp,
]

/** Each defect is found by its check, and by no other one. */
export function findsEach(title: string, seeded: readonly Seeded[]): void {
  describe(title, () => {
    it.each(seeded)('finds %s', async (_what, HookClass, check, message) => {
      const findings = await findingsOf(HookClass)
      expect(findings.map((finding) => finding.check)).toEqual(findings.map(() => check))
      expect(findings.map((finding) => finding.message).join('\n')).toMatch(message)
    })
  })
}

async function findingsOf(make: HookClass<unknown>) {
  const error: unknown = await expectHookContract(make).catch((caught: unknown) => caught)
  if (error === undefined) return []
  if (!(error instanceof HookContractError)) throw error
  return error.findings
}
