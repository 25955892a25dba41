import type { ContractFinding } from '../finding.js'
import { type Difference, differences } from '../portrait.js'
import { placeName, shortened } from './place-name.js'
import type { ContractSubject } from './scene.js'
import type { WholeTraining } from './whole.js'

/** What differs between two equal trainings: the hook keeps it outside of itself, or it comes from somewhere else. */
export function isolationFindings(
  first: WholeTraining,
  second: WholeTraining,
  { isTransient }: ContractSubject,
): ContractFinding[] {
  const fields = differences(first.look.fields, second.look.fields).filter(({ path }) => !isTransient(path))
  const state = differences(first.look.state, second.look.state)
  const run = differences(first.look.run, second.look.run)
  const found = [...fields.map(fieldText), ...state.map(stateText)]
  const texts = found.length > 0 ? found : run.map(runText)
  return texts.slice(0, mostShown).map(({ subject, text }) => ({
    check: 'isolation',
    subject,
    message:
      `${text} after two equal trainings, each with a hook of its own. It hangs on something outside of the hook: a variable of ` +
      'the module or a static field (make it a field), random numbers (take `new Random(runner.seed, …)` of core), or a clock ' +
      'other than Date and performance.now',
  }))
}

const mostShown = 5

interface Text {
  readonly subject: string
  readonly text: string
}

function fieldText({ path, first, second }: Difference): Text {
  return {
    subject: path,
    text: `the field '${path}' is ${shortened(first)}, and then ${shortened(second)},`,
  }
}

function stateText({ path, first, second }: Difference): Text {
  return {
    subject: `state ${path}`,
    text: `'${path}' in its state is ${shortened(first)}, and then ${shortened(second)},`,
  }
}

function runText({ path, first, second }: Difference): Text {
  return {
    subject: path,
    text: `${placeName(path)} is ${shortened(first)}, and then ${shortened(second)},`,
  }
}
