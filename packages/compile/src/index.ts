import { stepCompilerRegistry } from '@hookloop/core'
import { packageInfo } from './package-info.js'
import { ModelStepCompiler } from './step-compiler.js'

stepCompilerRegistry.register('ModelStepCompiler', ModelStepCompiler, packageInfo)

export { ModelStepCompiler }
