import type { OpenTerminal } from './terminal.js'

/** Outside of Node there is no terminal. */
export const openTerminal: OpenTerminal = () => undefined
