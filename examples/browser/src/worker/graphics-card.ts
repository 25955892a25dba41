/** What a graphics API computes on. */
export interface Card {
  readonly name: string
  /** A program that draws with the processor: the WebAssembly engine computes faster than it does. */
  readonly isSoftware: boolean
}

const software = /swiftshader|llvmpipe|softpipe|lavapipe|basic render|software/i

/** @returns undefined where the browser does not have the API */
export async function graphicsCard(api: 'webgpu' | 'webgl'): Promise<Card | undefined> {
  const name = api === 'webgpu' ? await nameByWebGpu() : nameByWebGl()
  return name === undefined ? undefined : { name, isSoftware: software.test(name) }
}

async function nameByWebGpu(): Promise<string | undefined> {
  const gpu: unknown = Reflect.get(navigator, 'gpu')
  if (!isGpu(gpu)) return undefined
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  if (adapter === null) return undefined
  const { vendor = '', architecture = '', description = '', isFallbackAdapter } = adapter.info ?? {}
  return isFallbackAdapter
    ? 'software'
    : description || `${vendor} ${architecture}`.trim() || 'a graphics card'
}

/** What TypeScript's DOM library does not know of WebGPU yet. */
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{
    readonly info?: {
      readonly vendor?: string
      readonly architecture?: string
      readonly description?: string
      readonly isFallbackAdapter?: boolean
    }
  } | null>
}

function isGpu(value: unknown): value is Gpu {
  return typeof value === 'object' && value !== null && 'requestAdapter' in value
}

function nameByWebGl(): string | undefined {
  if (typeof OffscreenCanvas === 'undefined') return undefined
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2')
  if (gl === null) return undefined
  const details = gl.getExtension('WEBGL_debug_renderer_info')
  const name: unknown = gl.getParameter(details?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return typeof name === 'string' ? name : 'a graphics card'
}
