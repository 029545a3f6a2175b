export interface BackendInfo {
  name: string
  available: boolean
  /** What it is, or why it cannot be used here. */
  reason: string
}

/** To become `export { describeBackends } from '../../src/backends/registry.js'`. */
export function describeBackends(): BackendInfo[] {
  return []
}
