/**
 * The ways to bring a picture: a button for a file, and a place to drop one.
 *
 * @module
 */
import './images.css'
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

type OnFile = (file: File) => void

/** A button that asks for a file. */
export function FileButton({ onFile, children }: { readonly onFile: OnFile; readonly children: ComponentChildren }) {
  return (
    <label class="file-button">
      <input
        type="file"
        accept="image/*"
        onChange={event => {
          const field = event.currentTarget
          const file = field.files?.[0]
          if (file) onFile(file)
          // so that the same file may be chosen again
          field.value = ''
        }}
      />
      <span>{children}</span>
    </label>
  )
}

/** That a picture is on its way: a large one takes seconds to decode, and until then the one before is in sight. */
export function Opening({ name }: { readonly name: string | null }) {
  if (name === null) return null
  return (
    <p class="opening" role="status">
      {/* inside: what is busy itself is not read out */}
      <span aria-busy="true">{name} is being opened</span>
    </p>
  )
}

/** A card that takes a dropped file. The button does the same for those who do not drag. */
export function DropCard(props: {
  readonly label: string
  readonly onFile: OnFile
  readonly children: ComponentChildren
}) {
  const over = useSignal(false)
  return (
    <section
      class="card drop"
      aria-label={props.label}
      data-over={over.value || undefined}
      onDragOver={event => {
        event.preventDefault()
        over.value = true
      }}
      onDragLeave={() => {
        over.value = false
      }}
      onDrop={event => {
        event.preventDefault()
        over.value = false
        const file = event.dataTransfer?.files[0]
        if (file) props.onFile(file)
      }}
    >
      {props.children}
    </section>
  )
}
