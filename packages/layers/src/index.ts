export { fromLayersModel, type LayersModelOptions, LayersRunnerModel } from './layers-runner-model.js'
