/**
 * The head of the tab: what the present setting shows, and the presets.
 *
 * @module
 */
import './style/presets.css'
import { CopyButton } from './codeCard.js'
import { writeLink } from './link.js'
import { PRESETS } from './presets.js'
import { open, setting } from './state.js'

export function PresetBar() {
  const link = writeLink(setting.value)
  const present = PRESETS.find(preset => writeLink(preset.setting) === link)
  return (
    <section class="presets" aria-label="Presets">
      <header>
        <h1>See a convolution</h1>
        <p>{present?.note ?? 'Your own setting. The address of the page leads back to it.'}</p>
        <CopyButton label="Copy a link to this setting" text={() => location.href}>
          Copy link
        </CopyButton>
      </header>
      <ul>
        {PRESETS.map(preset => (
          <li key={preset.name}>
            <button
              type="button"
              class="chip"
              aria-pressed={preset === present}
              onClick={() => open(preset.setting, preset.look)}
            >
              {preset.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
