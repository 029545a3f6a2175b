/**
 * A tab's setting and its link, each following the other.
 *
 * @module
 */
import type { Signal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { TabProps } from '../tabs.js'

interface Linked<Setting> extends TabProps {
  readonly setting: Signal<Setting>
  /** Shows a setting that was read from a link. */
  readonly open: (setting: Setting) => void
  readonly read: (query: string) => { readonly setting: Setting; readonly faults: readonly string[] }
  readonly write: (setting: Setting) => string
}

/** Keeps both the same; the parts of the link that were not understood, until something is changed. */
export function useLinkedSetting<Setting>(linked: Linked<Setting>): readonly string[] {
  const { query, setQuery, setting, open, read, write } = linked
  // the link that the setting stands for, whether it was read or written
  const known = useRef<string | null>(null)
  const misread = useRef<{ readonly of: Setting; readonly faults: readonly string[] } | null>(null)
  // a render between a change and its link still has the link before: that is none to open
  const seen = useRef<string | null>(null)
  const arrived = query !== seen.current
  seen.current = query
  if (arrived && query !== known.current) {
    known.current = query
    const { setting: asked, faults } = read(query)
    open(asked)
    misread.current = { of: asked, faults }
  }
  // with the change, not after the next paint: a second change would find the links of both on their way
  useLayoutEffect(() => {
    const link = write(setting.value)
    // an emptied field, or half a step, is not a setting that one could come back to
    if (link === known.current || read(link).faults.length > 0) return
    known.current = link
    setQuery(link)
  }, [setting.value])
  return misread.current?.of === setting.value ? misread.current.faults : []
}

export function LinkFaults({ faults }: { readonly faults: readonly string[] }) {
  if (faults.length === 0) return null
  return (
    <p class="notice" role="alert">
      Not understood in the link, and left at its default: {faults.join(', ')}
    </p>
  )
}
