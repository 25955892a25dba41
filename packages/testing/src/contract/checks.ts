/** What {@link expectHookContract} asks of a hook, by the names under which findings are listed and left out. */
export const contractChecks = {
  priority: 'its priority is a name or a whole number from 0 to 100',
  points: 'methods that look like hook points are hook points',
  errors: 'it does not fail in training, validation and test, alone or together, by epochs and by iterations',
  failures: 'it stands a step, a validation, a dataset, a storage or another hook that fails',
  hubKeys: 'it does without a key of the message hub that nobody wrote',
  order: 'it does not count on hooks of its own priority being before or after it',
  isolation: 'two equal runs, each with a hook of its own, come out equal',
  resume: 'a run that is interrupted and resumed ends like one that never was',
  earlyReads: 'it uses no state before loadStateDict has brought it',
  storable: 'its state can be stored in a checkpoint',
  tensors: 'it frees the tensors that it makes',
  ownership: 'it frees no tensor of others, and keeps none',
  timers: 'it leaves no timer',
  listeners: 'it leaves no listener, sink or observer',
  promises: 'it waits for its promises',
  globals: 'it changes nothing that is global',
  parts: 'it leaves the parts of the run as they were',
  names: 'its metric names have no characters that paths cannot have',
} as const

/** The name of a check of the contract. */
export type ContractCheck = keyof typeof contractChecks
