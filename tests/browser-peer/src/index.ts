export type { BrowserContext, ConsoleMessage, Page, Worker } from 'playwright-core'
export { type Browser, findBrowser } from './browser.js'
export { type Bundle, bundleForBrowser } from './bundle.js'
export { type Site, serveFiles } from './site.js'
