/**
 * The tab on which one sees a convolution: every parameter and every number.
 *
 * @module
 */
import './style/page.css'
import { LinkFaults, useLinkedSetting } from '../shell/linkedSetting.js'
import type { TabProps } from '../tabs.js'
import { CodeCard } from './codeCard.js'
import { Controls } from './controls.js'
import { FormulaCard } from './formulaCard.js'
import { readLink, writeLink } from './link.js'
import { PresetBar } from './presetBar.js'
import { Stage } from './stage.js'
import { computation, open, setting } from './state.js'
import { Sum } from './sum.js'
import { Transport } from './transport.js'

export default function Arithmetic({ query, setQuery }: TabProps) {
  const faults = useLinkedSetting({ query, setQuery, setting, open, read: readLink, write: writeLink })
  const { error, tooLarge, outputShape } = computation.value
  return (
    <div class="arithmetic">
      <PresetBar />
      <LinkFaults faults={faults} />
      <div class="work">
        <div class="view">
          <section class="card canvas" aria-label="The convolution">
            {error && (
              <div class="refusal" role="alert">
                <p>{error}</p>
              </div>
            )}
            {tooLarge && (
              <div class="refusal" role="status">
                <p>
                  The output is [{outputShape!.join(', ')}]. {tooLarge}
                </p>
              </div>
            )}
            <Stage />
            <Transport />
          </section>
          <Sum />
        </div>
        <Controls />
        <div class="notes">
          <FormulaCard />
          <CodeCard />
        </div>
      </div>
    </div>
  )
}
