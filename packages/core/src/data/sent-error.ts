import { HookloopError } from '../errors/hookloop-error.js'

/** What was thrown, on its way between threads, which copy neither the class of an error nor its code. */
export type SentError =
  | { readonly value: unknown }
  | {
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      /** Its own plain properties, such as `code`, `errno`, `syscall` and `path` of an error of the system. */
      readonly facts: Readonly<Record<string, Fact>>
      readonly cause: SentError | undefined
    }

type Fact = string | number | boolean

export function sentError(thrown: unknown): SentError {
  return sentOnce(thrown, new Set())
}

/** The error with its message, code, cause and the stack that it had in its thread; what is no error, as it is. */
export function receivedError(sent: SentError): unknown {
  if ('value' in sent) return sent.value
  const { name, message, stack, facts, cause } = sent
  const options = cause === undefined ? undefined : { cause: receivedError(cause) }
  const { code } = facts
  const isOurs = typeof code === 'string' && code.startsWith('HL_')
  const error = isOurs ? new HookloopError(code, message, options) : new Error(message, options)
  Object.assign(error, facts)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  if (stack !== undefined) error.stack = stack
  return error
}

/** Causes may come back to an error that they are of. */
function sentOnce(thrown: unknown, seen: Set<unknown>): SentError {
  if (!(thrown instanceof Error)) return { value: copyOf(thrown) }
  seen.add(thrown)
  const { name, message, stack, cause } = thrown
  const isEnd = cause === undefined || seen.has(cause)
  return { name, message, stack, facts: factsOf(thrown), cause: isEnd ? undefined : sentOnce(cause, seen) }
}

function factsOf(error: Error): Record<string, Fact> {
  const facts: Record<string, Fact> = {}
  for (const [key, value] of Object.entries(error)) if (isFact(value)) facts[key] = value
  return facts
}

function isFact(value: unknown): value is Fact {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return String(value)
  }
}
