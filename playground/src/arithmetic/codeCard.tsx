/**
 * The setting in PyTorch and in convforge, to copy.
 *
 * @module
 */
import { useSignal } from '@preact/signals'
import { layerLine, program } from './snippets.js'
import { numbers, setting } from './state.js'

export function CodeCard() {
  const whole = useSignal(false)
  const now = setting.value
  const text = whole.value && numbers.value ? program : layerLine
  return (
    <section class="card code" aria-label="In code">
      <header>
        <h2>In code</h2>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={whole.value}
            aria-checked={whole.value}
            onChange={event => {
              whole.value = event.currentTarget.checked
            }}
          />
          with the numbers
        </label>
      </header>
      <Snippet name="PyTorch" text={text(now, 'python')} />
      <Snippet name="convforge" text={text(now, 'typescript')} />
    </section>
  )
}

function Snippet({ name, text }: { name: string; text: string }) {
  return (
    <section class="snippet" aria-label={`${name} code`}>
      <div>
        <span class="name">{name}</span>
        <CopyButton label={`Copy ${name} code`} text={() => text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0} data-language={name}>
        <code>{text}</code>
      </pre>
    </section>
  )
}

/** Copies a text, and says whether that went well. */
export function CopyButton({
  label,
  text,
  children = 'Copy',
}: {
  label: string
  text: () => string
  children?: string
}) {
  const answer = useSignal('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      answer.value = 'Copied'
    } catch {
      answer.value = 'The browser forbids it'
    }
    setTimeout(() => {
      answer.value = ''
    }, 1800)
  }
  return (
    <button type="button" class="quiet copy" aria-label={answer.value || label} aria-live="polite" onClick={copy}>
      {answer.value || children}
    </button>
  )
}
