/**
 * The tab on which a network learns to read digits.
 *
 * @module
 */
import './style/learn.css'
import { useEffect, useRef } from 'preact/hooks'
import { LinkFaults, useLinkedSetting } from '../shell/linkedSetting.js'
import type { TabProps } from '../tabs.js'
import { Controls } from './controls.js'
import { Curves } from './curves.js'
import { DrawCard } from './drawCard.js'
import { Figures } from './figures.js'
import { LayerCard } from './layerCard.js'
import { readLink, type Settings, writeLink } from './settings.js'
import { command, digits, failure, network, reset, settings, start, steps } from './state.js'

export default function Learn({ query, setQuery }: TabProps) {
  const begun = useRef(false)
  const open = (asked: Settings) => {
    // the link of the tab itself leads back to the training that is there
    const back = !begun.current && query === '' && steps.value.length > 0
    begun.current = true
    if (back) return
    if (writeLink(asked) === writeLink(settings.value)) settings.value = asked
    else reset(asked)
  }
  const faults = useLinkedSetting({ query, setQuery, setting: settings, open, read: readLink, write: writeLink })
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
      <LinkFaults faults={faults} />
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
