/**
 * The tab on which a kernel goes over a picture, or over what the camera sees.
 *
 * @module
 */
import '../arithmetic/style/page.css'
import '../arithmetic/style/presets.css'
import './picture.css'
import { useEffect } from 'preact/hooks'
import { DropCard, FileButton, Opening } from '../images/openPicture.js'
import { LinkFaults, useLinkedSetting } from '../shell/linkedSetting.js'
import type { TabProps } from '../tabs.js'
import { Controls } from './controls.js'
import { KERNELS, named } from './kernels.js'
import { numbersOf, readLink, writeLink } from './link.js'
import type { Setting } from './setting.js'
import {
  leave,
  openFile,
  opening,
  openSample,
  picture,
  problem,
  set,
  setting,
  source,
  startCamera,
  stopCamera,
} from './state.js'
import { View } from './view.js'

const open = (next: Setting) => {
  setting.value = next
}

export default function Picture({ query, setQuery }: TabProps) {
  const faults = useLinkedSetting({ query, setQuery, setting, open, read: readLink, write: writeLink })
  useEffect(() => {
    if (!picture.value) openSample()
    return leave
  }, [])
  return (
    <div class="picture">
      <KernelBar />
      <LinkFaults faults={faults} />
      <div class="work">
        <div class="view">
          <DropCard label="The picture" onFile={openFile}>
            <Sources />
            <Opening name={opening.value} />
            {problem.value && (
              <p class="problem" role="alert">
                {problem.value}
              </p>
            )}
            <View />
          </DropCard>
        </div>
        <Controls />
      </div>
    </div>
  )
}

function KernelBar() {
  const present = named(setting.value)
  return (
    <section class="presets" aria-label="Kernels">
      <header>
        <h1>A kernel over a picture</h1>
        <p>{present?.note ?? 'Your own kernel. The address of the page leads back to it.'}</p>
      </header>
      <ul>
        {KERNELS.map(kernel => (
          <li key={kernel.id}>
            <button type="button" class="chip" aria-pressed={kernel === present} onClick={() => set(numbersOf(kernel))}>
              {kernel.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sources() {
  const live = source.value === 'camera'
  return (
    <div class="sources">
      <button type="button" onClick={openSample}>
        Sample
      </button>
      <FileButton onFile={openFile}>Open a picture</FileButton>
      <button type="button" aria-pressed={live} onClick={live ? stopCamera : startCamera}>
        Camera
      </button>
      <span class="hint">or drop one here. It does not leave this computer.</span>
    </div>
  )
}
