import { kB } from './kilobytes.mjs'

/**
 * What is wrong with the size of a package, if anything.
 * @param {{ name: string, bytes: number }} size
 * @param {Record<string, number>} budgets in kB, by name of the package
 * @returns {string | undefined}
 */
export function budgetComplaint({ name, bytes }, budgets) {
  const budget = budgets[name]
  const advice = `"${name}": ${budgetFor(bytes)}`
  if (budget === undefined)
    return `${name} (${kB(bytes)}) has no budget: add ${advice} under "kB" in tests/sizes/budgets.json, or its name with a reason under "nodeOnly" if no page loads it`
  if (bytes > budget * 1000)
    return `${name} has ${kB(bytes)}, its budget is ${budget} kB: make it smaller, or write ${advice} in tests/sizes/budgets.json and say why in the commit`
  return undefined
}

// About a tenth above the size.
function budgetFor(bytes) {
  const budget = (bytes * 1.1) / 1000
  return budget < 10 ? Math.ceil(budget * 10) / 10 : Math.round(budget)
}
