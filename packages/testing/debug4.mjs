import { flawOf } from './dist/contract/watch/name-watch.js'
console.log(flawOf('loss: ratio'))
import { Findings } from './dist/contract/finding.js'
