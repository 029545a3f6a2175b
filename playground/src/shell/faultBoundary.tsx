/**
 * What is shown of a tab that fails: a sentence, and a way to begin anew. The rest of the page goes on.
 *
 * @module
 */
import { Component, type ComponentChildren } from 'preact'

interface FaultBoundaryProps {
  /** Leads to the tab without a setting. */
  readonly onReset: () => void
  readonly children: ComponentChildren
}

interface FaultBoundaryState {
  readonly fault: { readonly error: unknown } | null
}

// a class: Preact tells no function of errors
export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override state: FaultBoundaryState = { fault: null }

  readonly #retry = () => this.setState({ fault: null })

  override componentDidMount(): void {
    // another link may be better; a tab that writes its own is not heard
    addEventListener('hashchange', this.#retry)
  }

  override componentWillUnmount(): void {
    removeEventListener('hashchange', this.#retry)
  }

  override componentDidCatch(error: unknown): void {
    console.error(error)
    this.setState({ fault: { error } })
  }

  override render({ onReset, children }: FaultBoundaryProps, { fault }: FaultBoundaryState) {
    if (fault === null) return children
    const reset = () => {
      onReset()
      this.#retry()
    }
    return (
      <div class="notice" role="alert">
        <p>This part of the page has failed: {String(fault.error)}</p>
        <button type="button" onClick={reset}>
          Begin anew
        </button>
      </div>
    )
  }
}
