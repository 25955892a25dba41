import { defineConfig } from 'vite'

// Pages that are apart from all others may share memory between threads, which the WebAssembly engine does.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  base: './',
  server: { headers },
  preview: { headers },
  // The threads of tfjs's WebAssembly engine run a function out of its text. It asks with `typeof` for variables around
  // it, which compression takes for needless.
  worker: { format: 'es', rolldownOptions: { output: { minify: { compress: false } } } },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
})
