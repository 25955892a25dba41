/** What went wrong and what to do; told without a stack. */
export class CreateHookError extends Error {
  override readonly name = 'CreateHookError'

  constructor(
    readonly code: 'HL_CREATE_ARGUMENTS' | 'HL_CREATE_NAME' | 'HL_CREATE_FOLDER' | 'HL_CREATE_INSTALL',
    message: string,
  ) {
    super(`${message} (${code})`)
  }
}
