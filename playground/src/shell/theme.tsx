/**
 * Light and dark: as the system has it until one chooses.
 *
 * @module
 */
import { signal } from '@preact/signals'

type Theme = 'light' | 'dark'

const dark = matchMedia('(prefers-color-scheme: dark)')
const systemTheme = (): Theme => (dark.matches ? 'dark' : 'light')

/** What was chosen, if storage is allowed and holds it. */
function storedTheme(): Theme | null {
  try {
    const stored = localStorage.getItem('theme')
    return stored === 'light' || stored === 'dark' ? stored : null
  } catch {
    return null
  }
}

const theme = signal<Theme>(storedTheme() ?? systemTheme())

function apply(next: Theme): void {
  theme.value = next
  document.documentElement.dataset.theme = next
}

apply(theme.value)
dark.addEventListener('change', () => {
  if (storedTheme() === null) apply(systemTheme())
})

function toggle(): void {
  apply(theme.value === 'dark' ? 'light' : 'dark')
  try {
    localStorage.setItem('theme', theme.value)
  } catch {
    // it holds until the page is left
  }
}

export function ThemeSwitch() {
  const other = theme.value === 'dark' ? 'light' : 'dark'
  return (
    <button type="button" class="quiet icon" aria-label={`Switch to ${other} theme`} onClick={toggle}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {other === 'dark' ? (
          <path d="M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5Z" />
        ) : (
          <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-6v3m0 14v3M2 12h3m14 0h3M4.9 4.9 7 7m10 10 2.1 2.1M4.9 19.1 7 17M17 7l2.1-2.1" />
        )}
      </svg>
    </button>
  )
}
