export {
  type ConfigOptions,
  type ConfigOverlay,
  type ConfigSource,
  defineConfig,
  type Overlay,
} from './define-config.js'
