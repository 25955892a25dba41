// Runs the bundle that it is given under jasmine and sends the outcome of each test to its parent.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const jasmine = require('jasmine-core').noGlobals()
Object.assign(globalThis, jasmine)

const environment = jasmine.jasmine.getEnv()
environment.configure({ random: false })
const outcomes = []
environment.addReporter({
  specDone: ({ fullName, status, failedExpectations }) =>
    outcomes.push({ name: fullName, status, message: failedExpectations[0]?.message.split('\n')[0] }),
})
require(process.argv[2])
await environment.execute()
process.send(outcomes, () => process.exit(0))
