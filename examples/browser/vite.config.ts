import { defineConfig } from 'vite'

// Logs and messages name classes, those of one's own too.
const rolldownOptions = { output: { keepNames: true } }

export default defineConfig({
  base: './',
  worker: { format: 'es', rolldownOptions },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000, rolldownOptions },
  // What the worker imports is found before the first visit, or the page would be loaded again for it.
  optimizeDeps: { entries: ['index.html', 'src/worker/worker.ts'] },
})
