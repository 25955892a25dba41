import {
  captureCheckpoint,
  checkOptions,
  disposeTensors,
  type ExceptionOrigin,
  encodeCheckpoint,
  everyNEpochs,
  everyNTrainIters,
  Hook,
  type HookResult,
  isLastTrainEpoch,
  isLastTrainIter,
  type LoopPosition,
  type Metrics,
  type Runner,
  type StateTree,
  writeChunks,
} from '@hookloop/core'
import { isBetter } from './best-rule.js'
