// One system with one workload in a process of its own. It is told its task as JSON, and does a round for every line that
// comes in; answers go to file descriptor 3, because libraries write what they like to the other two.
import { Pace } from './pace.mjs'

const task = JSON.parse(process.argv[2])
const pace = new Pace(task)
try {
  const { default: run } = await import(`./${task.program}.mjs`)
  await run(task, pace)
} catch (error) {
  pace.tell({
    failed: String(error.message ?? error)
      .replaceAll(/\s+/g, ' ')
      .slice(0, 300),
  })
  process.exit(1)
}
