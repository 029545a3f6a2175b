/**
 * The tab on which a real network doubles a photo.
 *
 * @module
 */
import './upscale.css'
import { useEffect } from 'preact/hooks'
import { formatDuration } from '../../../cli/duration.js'
import { DropCard, FileButton, Opening } from '../images/openPicture.js'
import { Comparison } from './comparison.js'
import { cancel, openFile, opening, openSample, problem, type Work, work } from './state.js'

export default function Upscale() {
  // nothing goes on behind another tab
  useEffect(() => cancel, [])
  const now = work.value
  return (
    <div class="upscale">
      <header class="head">
        <h1>Double a photo</h1>
        <p>
          upconv_7 of waifu2x: seven convolutions with 552,000 multiplications for each pixel, computed here by
          convforge.
        </p>
      </header>
      <DropCard label="The photo" onFile={openFile}>
        <div class="sources">
          <button type="button" class={now ? undefined : 'first'} onClick={openSample}>
            Double the sample
          </button>
          <FileButton onFile={openFile}>Open a photo</FileButton>
          <span class="hint">or drop one here. It does not leave this computer.</span>
        </div>
        <Opening name={opening.value} />
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        {now && <Report work={now} />}
        {now && <Comparison work={now} />}
      </DropCard>
    </div>
  )
}

const size = ({ width, height }: { width: number; height: number }) => `${width} × ${height}`

const STATES = { running: 'Working', done: 'Done', cancelled: 'Cancelled' } as const

function Report({ work: now }: { readonly work: Work }) {
  const { state, done, total, milliseconds } = now
  const left = done === 0 ? null : (milliseconds / done) * (total - done)
  return (
    <div class="report">
      <dl class="facts">
        <div>
          <dt>Size</dt>
          <dd data-fact="size">
            {size(now.source)} → {size(now.after)}
          </dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd data-fact="time">{formatDuration(milliseconds)}</dd>
        </div>
        <div>
          <dt>Tiles</dt>
          <dd data-fact="tiles">
            {done} of {total}
          </dd>
        </div>
        {state === 'running' && (
          <div>
            <dt>Left</dt>
            <dd>{left === null ? '…' : `about ${formatDuration(left)}`}</dd>
          </div>
        )}
      </dl>
      <span class="hidden" role="status">
        {STATES[state]}
      </span>
      {state === 'running' && <progress aria-label="Tiles that are ready" value={done} max={total} />}
      <div class="sources">
        {state === 'running' && (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        )}
        {state === 'cancelled' && <span class="hint">Cancelled. The tiles that were ready are in the picture.</span>}
        {state === 'done' && <Download work={now} />}
      </div>
    </div>
  )
}

function Download({ work: { after, name } }: { readonly work: Work }) {
  const save = () =>
    after.toBlob(blob => {
      const url = URL.createObjectURL(blob!)
      Object.assign(document.createElement('a'), { href: url, download: `${name}-2x.png` }).click()
      // the browser has its own hold on what it saves
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    }, 'image/png')
  return (
    <button type="button" class="first" onClick={save}>
      Save as PNG
    </button>
  )
}
