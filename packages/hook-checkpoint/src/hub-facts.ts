import type { MessageHub } from '@hookloop/core'

/**
 * Puts facts into the hub while `action` stores it; where the action fails, the hub says what it said before.
 */
export async function withFacts(
  hub: MessageHub,
  facts: Readonly<Record<string, unknown>>,
  action: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(facts).map((key) => ({
    key,
    isThere: hub.info.has(key),
    value: hub.getInfo(key),
  }))
  hub.updateInfoDict(facts)
  try {
    await action()
  } catch (error) {
    for (const { key, isThere, value } of before) {
      if (isThere) hub.updateInfo(key, value)
      else hub.popInfo(key)
    }
    throw error
  }
}

/** A fact that should be a list of numbers. */
export function numbersIn(hub: MessageHub, key: string): number[] {
  const value = hub.getInfo(key)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}

/** A fact that should be a text. */
export function textIn(hub: MessageHub, key: string): string | undefined {
  const value = hub.getInfo(key)
  return typeof value === 'string' ? value : undefined
}

/** A fact that should be a number. */
export function numberIn(hub: MessageHub, key: string): number | undefined {
  const value = hub.getInfo(key)
  return typeof value === 'number' ? value : undefined
}
