export { Draw } from './draw.js'
export { type DrawLayer, type LayerCase, layerCases, layersWithout } from './layer-cases.js'
