import { type Hook, priorityNumber, useEngine } from '@hookloop/core'
import { getBackend, setBackend } from '@tensorflow/tfjs-core'
import { checkContractOptions } from './check-contract-options.js'
import { contractChecks } from './checks.js'
import { type ContractFinding, Findings, HookContractError } from './finding.js'
import { hookMaker, hookName } from './hook-maker.js'
import type { HookContractOptions, HookMaker } from './options.js'
import { everydayFindings } from './scenes/everyday.js'
import { failingFindings } from './scenes/failing.js'
import { isolationFindings } from './scenes/isolation.js'
import { orderFindings } from './scenes/order.js'
import { resumeFindings } from './scenes/resume.js'
import type { ContractSubject } from './scenes/scene.js'
import { wholeTraining } from './scenes/whole.js'
import { shapeFindings } from './shape.js'

/**
 * Takes a hook through training, validation, test, interruption, resume and failures, in tiny runs on the cpu backend with
 * files in memory and a clock that stands still between steps, and looks for what hooks must not do; see
 * {@link contractChecks}. Works in every test runner on Node.
 *
 * ```ts
 * it('keeps the hook contract', () => expectHookContract(MyHook))
 * it('keeps it with options', () => expectHookContract(MyHook, { hookOptions: { interval: 2 } }))
 * ```
 * @param make a class of hooks, a function that returns a new hook at each call, or the config of a registered hook
 * @throws `HL_HOOK_CONTRACT`, a {@link HookContractError} that lists everything that was found
 * @throws `HL_CONTRACT_OPTIONS`, `HL_CONTRACT_HOOK`, `HL_HOOK_REQUIRES` and what a Runner throws for options that cannot be
 */
export async function expectHookContract<Options>(
  make: HookMaker<Options>,
  options: HookContractOptions<Options> = {},
): Promise<void> {
  checkContractOptions(options)
  // Two at the same time would share one clock and one set of globals.
  const contract = turn.then(() => fulfil(make, options))
  turn = contract.catch(() => undefined)
  await contract
}

let turn: Promise<unknown> = Promise.resolve()

async function fulfil<Options>(
  make: HookMaker<Options>,
  options: HookContractOptions<Options>,
): Promise<void> {
  const { hookOptions, leaveOut = {} } = options
  const backend: string | undefined = getBackend()
  await warmUp()
  const subject = subjectOf(make, options)
  const sample = hookMaker(make, hookOptions)()
  try {
    const found = await findingsOf(subject, sample.hook, sample.placement.priority ?? sample.hook.priority)
    const findings = ordered(found).filter(({ check }) => leaveOut[check] === undefined)
    if (findings.length > 0) throw new HookContractError(hookName(sample.hook), findings)
  } finally {
    if (backend !== undefined && backend !== getBackend()) await setBackend(backend)
  }
}

/** What tfjs and core do at first use is no hook's doing. */
async function warmUp(): Promise<void> {
  if (isWarm) return
  await useEngine('cpu')
  const idle: Hook = { priority: 'NORMAL' }
  const subject: ContractSubject = {
    make: () => ({ hook: { ...idle }, placement: {} }),
    given: () => ({}),
    isTransient: () => false,
  }
  await wholeTraining(subject, true)
  isWarm = true
}

let isWarm = false

async function findingsOf(
  subject: ContractSubject,
  hook: Hook,
  priority: Hook['priority'],
): Promise<readonly ContractFinding[]> {
  const findings = new Findings()
  findings.add(...shapeFindings(hook))
  // No Runner takes a hook with a priority that there is not.
  if (findings.has('priority')) return findings.all
  const first = await wholeTraining(subject, true)
  const second = await wholeTraining(subject)
  findings.add(...first.findings, ...second.findings, ...(await everydayFindings(subject)))
  // Where everyday runs fail, the others would say the same in more words.
  if (first.whole === undefined || second.whole === undefined || findings.has('errors')) return findings.all
  const differing = isolationFindings(first.whole, second.whole, subject)
  findings.add(...differing)
  // Where two equal runs differ, nothing can be told from two that are not.
  if (differing.length === 0) {
    findings.add(...(await resumeFindings(subject, second.whole)))
    findings.add(...(await orderFindings(subject, priorityNumber(priority))))
  }
  findings.add(...(await failingFindings(subject)))
  return findings.all
}

function subjectOf<Options>(
  make: HookMaker<Options>,
  options: HookContractOptions<Options>,
): ContractSubject {
  const { hookOptions, runner = {}, transient = [] } = options
  return {
    make: hookMaker(make, hookOptions),
    given: typeof runner === 'function' ? runner : () => runner,
    isTransient: (path) =>
      transient.some(
        (field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`),
      ),
  }
}

/** In the order of the checks. */
function ordered(findings: readonly ContractFinding[]): ContractFinding[] {
  const checks = Object.keys(contractChecks)
  return findings.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check))
}
