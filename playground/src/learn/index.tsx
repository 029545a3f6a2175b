/**
 * The tab on which a network learns to read digits.
 *
 * @module
 */
import './style/learn.css'
import { useEffect, useRef } from 'preact/hooks'
import { LinkFaults } from '../shell/linkedSetting.js'
import type { TabProps } from '../tabs.js'
import { Controls } from './controls.js'
import { Curves } from './curves.js'
import { DrawCard } from './drawCard.js'
import { Figures } from './figures.js'
import { LayerCard } from './layerCard.js'
import { readLink, writeLink } from './settings.js'
import { command, digits, failure, network, reset, settings, start, steps } from './state.js'

export default function Learn({ query, setQuery }: TabProps) {
  // the link that the settings stand for, whether it was read or written
  const known = useRef<string | null>(null)
  const faults = useRef<readonly string[]>([])
  if (query !== known.current) {
    // the link of the tab itself leads back to the training that is there
    const back = known.current === null && query === '' && steps.value.length > 0
    known.current = query
    const linked = readLink(query)
    faults.current = linked.faults
    if (!back && writeLink(linked.settings) !== writeLink(settings.value)) reset(linked.settings)
  }
  useEffect(() => {
    const link = writeLink(settings.value)
    if (link === known.current || link === writeLink(readLink(known.current ?? '').settings)) return
    known.current = link
    faults.current = []
    setQuery(link)
  }, [settings.value])
  useEffect(() => {
    start()
    // a tab that is not looked at does not heat the machine
    return () => command({ type: 'pause' })
  }, [])
  return (
    <div class="learn">
      <header>
        <h1>Train a network</h1>
        <p>
          Three convolutions learn to read digits while you look: {network.value.parameters.toLocaleString('en')}{' '}
          parameters, trained in your browser.
        </p>
      </header>
      <LinkFaults faults={faults.current} />
      {failure.value && (
        <p class="notice" role="alert">
          Something went wrong: {failure.value}
        </p>
      )}
      <div class="work">
        <section class="card" aria-label="Training">
          <h2>Training</h2>
          <Controls />
          <Figures />
          <Curves />
        </section>
        <DrawCard />
        <LayerCard />
        <p class="hint source">
          {digits.value &&
            `${digits.value.train.labels.length.toLocaleString('en')} digits to train on and ${digits.value.test.labels.length.toLocaleString('en')} others to test with, `}
          from the MNIST database of Yann LeCun and Corinna Cortes, under the licence CC BY-SA 3.0.
        </p>
      </div>
    </div>
  )
}
