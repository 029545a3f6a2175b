/**
 * The page's colours for what is drawn on canvases, which do not follow the theme by themselves.
 *
 * @module
 */
import { signal } from '@preact/signals'

const root = document.documentElement

/** Light or dark: who reads it draws again when it changes. */
export const theme = signal(root.dataset.theme)

new MutationObserver(() => {
  theme.value = root.dataset.theme
}).observe(root, { attributes: true, attributeFilter: ['data-theme'] })

/** The value of a custom property of the tab, such as `--ink`. */
export const colour = (name: string) =>
  getComputedStyle(document.querySelector('.learn') ?? root)
    .getPropertyValue(name)
    .trim()
