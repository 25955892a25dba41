/** Options of every command. */
export interface CommonArguments {
  /** Whole stacks of errors, and what was imported. */
  readonly verbose?: boolean
}

/** Options of commands that print data. */
export interface DataArguments extends CommonArguments {
  readonly json?: boolean
}
