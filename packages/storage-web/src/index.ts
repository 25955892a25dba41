export { OpfsStorage } from './opfs-storage.js'
