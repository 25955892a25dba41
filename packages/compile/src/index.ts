import { stepCompilerRegistry } from '@hookloop/core'
import { packageInfo } from './package-info.js'
import { TrainStepCompiler } from './step-compiler.js'

stepCompilerRegistry.register('TrainStepCompiler', TrainStepCompiler, packageInfo)

export { TrainStepCompiler }
