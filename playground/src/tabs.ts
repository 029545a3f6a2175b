/**
 * The tabs of the page, in their order: one folder each, and one line here.
 *
 * @module
 */
import type { ComponentType } from 'preact'

/** What a tab is given: its part of the link, `#id?query`, and the way to write it. */
export interface TabProps {
  readonly query: string
  readonly setQuery: (query: string) => void
}

/** A tab is loaded when it is first opened; its module exports the component by default. */
interface Tab {
  readonly id: string
  readonly title: string
  readonly load: () => Promise<{ readonly default: ComponentType<TabProps> }>
}

export const TABS: readonly Tab[] = [
  { id: 'arithmetic', title: 'Arithmetic', load: () => import('./arithmetic/index.js') },
  { id: 'picture', title: 'Picture', load: () => import('./picture/index.js') },
  { id: 'upscale', title: 'Upscale', load: () => import('./upscale/index.js') },
  { id: 'learn', title: 'Learn', load: () => import('./learn/index.js') },
]
