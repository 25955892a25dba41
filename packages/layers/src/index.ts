export { FitCallback, type FitCallbackOptions, fitCallback } from './fit/fit-callback.js'
export { fromLayersModel, type LayersModelOptions, LayersRunnerModel } from './layers-runner-model.js'
