import { HookloopError } from '@hookloop/core'
import type { ContractCheck } from './checks.js'

/** One thing that a hook does wrong. */
export interface ContractFinding {
  readonly check: ContractCheck
  /** The field, point, tensor or key that it is about; two findings of one check about one subject are one. */
  readonly subject: string
  /** What was found, where, and what to do. */
  readonly message: string
}

/** Everything that a hook does wrong, at once. Code `HL_HOOK_CONTRACT`. */
export class HookContractError extends HookloopError {
  override readonly name = 'HookContractError'

  /** @param hook its name */
  constructor(
    readonly hook: string,
    readonly findings: readonly ContractFinding[],
  ) {
    super('HL_HOOK_CONTRACT', report(hook, findings))
  }
}

/** More than anybody mends at once. */
const mostShown = 20

function report(hook: string, findings: readonly ContractFinding[]): string {
  const [first] = findings
  const count = findings.length === 1 ? 'in one place' : `in ${findings.length} places`
  return [
    `${hook} breaks the hook contract ${count} (HL_HOOK_CONTRACT):`,
    ...findings
      .slice(0, mostShown)
      .map(({ check, message }, index) => `  ${index + 1}. ${check}: ${message}`),
    ...(findings.length > mostShown ? [`  and ${findings.length - mostShown} more`] : []),
    `What does not apply to a hook is left out with a reason: leaveOut: { ${first?.check ?? 'order'}: 'why' }`,
  ].join('\n')
}

/** Keeps the first finding of each subject. */
export class Findings {
  readonly #found = new Map<string, ContractFinding>()

  add(...findings: readonly ContractFinding[]): void {
    for (const finding of findings) {
      const key = `${finding.check} ${finding.subject}`
      if (!this.#found.has(key)) this.#found.set(key, finding)
    }
  }

  has(check: ContractCheck): boolean {
    return this.all.some((finding) => finding.check === check)
  }

  get all(): ContractFinding[] {
    return [...this.#found.values()]
  }
}
