/**
 * Where one is, in the hash of the address: `#tab?query`. A static host serves one file for all of it.
 *
 * @module
 */
import { signal } from '@preact/signals'

/** A tab's id, and its own part. */
export interface Place {
  readonly tab: string
  readonly query: string
}

function read(): Place {
  const [tab = '', query = ''] = location.hash.slice(1).split(/\?(.*)/s)
  return { tab, query }
}

export const place = signal(read())

addEventListener('hashchange', () => {
  place.value = read()
})

/** Writes the query of the present tab, without an entry in the history for each turn of a control. */
export function setQuery(tab: string, query: string): void {
  history.replaceState(null, '', `#${tab}${query && `?${query}`}`)
  place.value = { tab, query }
}
