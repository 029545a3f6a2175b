/**
 * The frame of the page: its name, the tabs, the theme, and the tab that is open.
 *
 * @module
 */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { TABS, type TabProps } from '../tabs.js'
import { FaultBoundary } from './faultBoundary.js'
import { linkTo, place, setQuery } from './location.js'
import { ThemeSwitch } from './theme.js'

export function Shell() {
  const { tab: id, query } = place.value
  const tab = TABS.find(own => own.id === id) ?? TABS[0]!
  return (
    <>
      <header class="top">
        <strong class="name">convforge</strong>
        <nav aria-label="Tabs">
          <ul>
            {TABS.map(({ id: own, title }) => (
              <li key={own}>
                <a href={linkTo(own)} aria-current={own === tab.id ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeSwitch />
      </header>
      <main>
        {id !== '' && id !== tab.id && (
          <p class="notice" role="alert">
            There is no “{id}” on this page; this is {tab.title}.
          </p>
        )}
        <OpenTab key={tab.id} id={tab.id} query={id === tab.id ? query : ''} />
      </main>
      <footer class="bottom">
        Every number here is computed in your browser by convforge: PyTorch’s convolutions in TypeScript.
      </footer>
    </>
  )
}

function OpenTab({ id, query }: { id: string; query: string }) {
  const Content = useSignal<ComponentType<TabProps> | null>(null)
  const failed = useSignal(false)
  useEffect(() => {
    const tab = TABS.find(own => own.id === id)!
    tab.load().then(
      module => {
        Content.value = module.default
      },
      () => {
        failed.value = true
      },
    )
  }, [id, Content, failed])
  if (failed.value) return <p role="alert">This part of the page could not be loaded. Is the network there?</p>
  if (!Content.value) return <p aria-busy="true">Loading</p>
  return (
    <FaultBoundary onReset={() => setQuery(id, '')}>
      <Content.value query={query} setQuery={next => setQuery(id, next)} />
    </FaultBoundary>
  )
}
