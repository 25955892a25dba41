import { HookloopError } from '../errors/hookloop-error.js'
import { JudgingLoop } from '../loop/eval-loop.js'
import type { EvalLoop, TrainLoop } from '../loop/loop.js'
import type { StepCompiler } from '../loop/step-compiler.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamSchedulers } from '../optim/param-scheduler.js'
import {
  buildDataLoader,
  buildEvaluator,
  buildOptimWrapper,
  buildStepCompiler,
  buildTrainLoop,
  scaleLr,
} from './build.js'
import { buildModel } from './build-model.js'
import { buildParamSchedulers } from './build-schedulers.js'
import type { Compilable, TrainCfg } from './options.js'
import type { RunSeed } from './randomness.js'
import type { Runner } from './runner.js'

/** What a run consists of, built when it is first needed and then kept. */
export class RunParts {
  model: Model | undefined
  optimWrapper: OptimWrapper | undefined
  paramSchedulers: ParamSchedulers = []
  trainLoop: TrainLoop | undefined
  stepCompiler: StepCompiler | undefined
  valLoop: EvalLoop | undefined
  testLoop: EvalLoop | undefined

  constructor(
    private readonly runner: Runner,
    private readonly seed: RunSeed,
  ) {}

  async buildModel(): Promise<Model> {
    this.model ??= await buildModel(this.runner.options, this.seed.common)
    return this.model
  }

  /** @throws `HL_RUNNER_PARTS` where the options do not say how to train */
  buildTraining(): TrainLoop {
    if (this.trainLoop !== undefined) return this.trainLoop
    const { runner } = this
    const { trainDataloader, trainCfg, optimWrapper, paramScheduler, autoScaleLr } = runner.options
    if (trainDataloader === undefined || trainCfg === undefined || optimWrapper === undefined) {
      throw withoutParts('train', 'trainDataloader, trainCfg and optimWrapper')
    }
    const dataLoader = buildDataLoader('trainDataloader', trainDataloader, runner.dist, this.seed)
    const trainLoop = buildTrainLoop(runner, dataLoader, trainCfg)
    const wrapper = buildOptimWrapper(optimWrapper, runner.model)
    const factor = scaleLr(wrapper, autoScaleLr, runner.dist.worldSize * dataLoader.batchSize)
    if (factor !== 1) runner.logger.info(`autoScaleLr: learning rates are multiplied by ${factor}`)
    const paramSchedulers = buildParamSchedulers(paramScheduler, wrapper, {
      epochLength: dataLoader.length,
      maxEpochs: trainLoop.maxEpochs,
      maxIters: trainLoop.maxIters,
    })
    this.#buildStepCompiler()
    this.optimWrapper = wrapper
    this.paramSchedulers = paramSchedulers
    this.trainLoop = trainLoop
    return trainLoop
  }

  /** The validation loop; undefined where the options do not say how to validate. */
  buildVal(): EvalLoop | undefined {
    const { valDataloader: loader, valEvaluator: evaluator } = this.runner.options
    if (loader === undefined || evaluator === undefined) return undefined
    this.valLoop ??= new JudgingLoop(
      'val',
      this.runner,
      buildDataLoader('valDataloader', loader, this.runner.dist, this.seed),
      buildEvaluator(evaluator),
    )
    return this.valLoop
  }

  /** The test loop; undefined where the options do not say how to test. */
  buildTest(): EvalLoop | undefined {
    const { testDataloader: loader, testEvaluator: evaluator } = this.runner.options
    if (loader === undefined || evaluator === undefined) return undefined
    this.testLoop ??= new JudgingLoop(
      'test',
      this.runner,
      buildDataLoader('testDataloader', loader, this.runner.dist, this.seed),
      buildEvaluator(evaluator),
    )
    return this.testLoop
  }

  #buildStepCompiler(): void {
    const { options, logger } = this.runner
    const { compile, stepsPerCall } = compilableOf(options.trainCfg)
    this.stepCompiler ??= buildStepCompiler(compile, stepsPerCall, logger)
  }

  /** @throws `HL_RUNNER_PARTS` where the options do not say how to */
  requireJudging(mode: 'val' | 'test'): EvalLoop {
    this.#buildStepCompiler()
    const loop = mode === 'val' ? this.buildVal() : this.buildTest()
    if (loop === undefined) throw withoutParts(mode, `${mode}Dataloader and ${mode}Evaluator`)
    return loop
  }
}

/** Loops of others may have no such options. */
function compilableOf(trainCfg: TrainCfg | undefined): Required<Compilable> {
  const { compile = 'auto', stepsPerCall = 'auto' }: Compilable =
    trainCfg !== undefined && ('compile' in trainCfg || 'stepsPerCall' in trainCfg) ? trainCfg : {}
  return { compile, stepsPerCall }
}

function withoutParts(mode: string, parts: string): HookloopError {
  return new HookloopError('HL_RUNNER_PARTS', `runner.${mode}() needs ${parts} in the options of the Runner`)
}
