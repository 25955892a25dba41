import { restoreNodeUtil } from './node-util.js'

restoreNodeUtil()
