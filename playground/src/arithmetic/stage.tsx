/**
 * The three tensors, side by side.
 *
 * @module
 */
import './style/stage.css'
import { InSight } from './inSight.js'
import {
  onClick,
  onFocusIn,
  onKeyDown,
  onMouseDown,
  onPointerDown,
  onPointerLeave,
  onPointerMove,
  onPointerOver,
} from './interaction.js'
import { KernelPanel } from './kernelPanel.js'
import { stageLayout } from './stageLayout.js'
import { setting as chosen, numbers as present } from './state.js'
import { TensorPanel } from './tensorPanel.js'

export function Stage() {
  const numbers = present.value
  const setting = chosen.value
  if (!numbers) return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the cells are interactive; one listener serves them all
    <div
      class="stage"
      style={stageLayout(numbers.geometry, setting)}
      onPointerOver={onPointerOver}
      onPointerLeave={onPointerLeave}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onMouseDown={onMouseDown}
      onClick={onClick}
      onFocusIn={onFocusIn}
      onKeyDown={onKeyDown}
    >
      <TensorPanel tensor="input" numbers={numbers} setting={setting} />
      <KernelPanel numbers={numbers} setting={setting} />
      <TensorPanel tensor="output" numbers={numbers} setting={setting} />
      <InSight />
    </div>
  )
}
