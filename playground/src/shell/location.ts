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

/** The last query of each tab: its link leads back to what it showed. */
const queries = new Map<string, string>()

function go(next: Place): void {
  queries.set(next.tab, next.query)
  place.value = next
}

go(place.value)
addEventListener('hashchange', () => go(read()))

const hash = (tab: string, query: string) => `#${tab}${query && `?${query}`}`

/** The link to a tab as it was left. */
export const linkTo = (tab: string): string => hash(tab, queries.get(tab) ?? '')

/** Writes the query of the present tab, without an entry in the history for each turn of a control. */
export function setQuery(tab: string, query: string): void {
  history.replaceState(null, '', hash(tab, query))
  go({ tab, query })
}
