/**
 * The sum behind the element that is looked at, term by term.
 *
 * @module
 */
import './style/sum.css'
import { describePlace, type Explanation, type Term } from './explanation.js'
import { locate } from './geometry.js'
import { addsUp, factor, showInSum } from './number.js'
import { explanation, focus, numbers, playing, setting } from './state.js'

export function Sum() {
  const explained = explanation.value
  const present = numbers.value
  if (!present) return null
  const { transposed, paddingMode } = setting.value
  return (
    <section class="card sum" aria-label="The sum">
      {/* a kernel that steps by itself would talk without end */}
      <div aria-live={playing.value ? 'off' : 'polite'} aria-atomic="true">
        {explained ? (
          <Terms explained={explained} />
        ) : (
          <p class="headline">{describePlace(present.geometry, transposed, paddingMode, focus.value.at)}</p>
        )}
      </div>
    </section>
  )
}

/** What the sum is of, in words. */
function headline({ focus: { tensor }, terms, name, value }: Explanation) {
  const count = `${terms.length} ${terms.length === 1 ? 'product' : 'products'}`
  switch (tensor) {
    case 'output':
      return (
        <>
          <b>{name}</b> is the sum of {count}
        </>
      )
    case 'input':
      return (
        <>
          <b>{name}</b> = {showInSum(value)} goes into {count}. If the loss is the sum of all outputs, its gradient adds
          up their weights:
        </>
      )
    default:
      return (
        <>
          <b>{name}</b> = {showInSum(value)} is used in {count}. If the loss is the sum of all outputs, its gradient
          adds up their inputs:
        </>
      )
  }
}

function Terms({ explained }: { explained: Explanation }) {
  const { terms, bias, total, focus: looked } = explained
  const products = [...terms.map(({ factors }) => factors), [bias ?? 0]]
  return (
    <>
      <p class="headline">{headline(explained)}</p>
      <p class="terms">
        {byChannel(explained).map(({ label, own }, line) => (
          <span class="line" key={label}>
            {label && <b>{label}</b>}
            {own.map((term, i) => (
              <TermText key={`${term.weight},${term.place}`} term={term} first={line === 0 && i === 0} />
            ))}
          </span>
        ))}
        {bias !== null && <span class="line">{` + ${factor(bias)} bias`}</span>}
        {terms.length === 0 && bias === null && <span class="line">nothing</span>}
        <span class="total" data-total={looked.tensor}>
          {` ${addsUp(products, total) ? '=' : '≈'} ${showInSum(total)}`}
        </span>
      </p>
    </>
  )
}

function TermText({ term, first }: { term: Term; first: boolean }) {
  const [a, b] = term.factors as [number, number?]
  const text = b === undefined ? factor(a) : `${first ? showInSum(a) : factor(a)}·${factor(b)}`
  return (
    <>
      {first ? '' : ' + '}
      <span class={term.padding ? 'term from-padding' : 'term'}>{text}</span>
    </>
  )
}

/** The terms by the channel at their other end, if there are several. */
function byChannel({ terms, focus: { tensor } }: Explanation): { label: string; own: Term[] }[] {
  const { geometry: g, input, output } = numbers.value!
  const inputs = tensor === 'output'
  const { inChannels, outChannels, transposed } = setting.value
  const channels = inputs ? inChannels : outChannels
  const length = inputs ? input.length / inChannels : output.length / outChannels
  if (tensor === 'weight' || channels === 1) return [{ label: '', own: [...terms] }]
  const channelOf = (term: Term) => {
    // padding has no source: its place tells the channel
    if (inputs && !transposed) return locate(term.place, [0, ...g.frame])[0]
    return Math.floor((inputs ? term.input : term.output) / length)
  }
  const groups = new Map<number, Term[]>()
  for (const term of terms) groups.set(channelOf(term), [...(groups.get(channelOf(term)) ?? []), term])
  return [...groups].map(([channel, own]) => ({ label: `${inputs ? 'x' : 'y'}[${channel}]`, own }))
}
