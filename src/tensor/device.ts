/**
 * Where a tensor lives.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'

/** `'cpu'`, or `'meta'`: shape and dtype without data, for planning and for modules that get their weights later. */
export type Device = 'cpu' | 'meta'

const DEVICES: readonly Device[] = ['cpu', 'meta']

/** Checks a device that came from a user; `undefined` gives the fallback. */
export function checkDevice(device: unknown, fallback: Device = 'cpu'): Device {
  if (device === undefined || device === null) return fallback
  if (DEVICES.includes(device as Device)) return device as Device
  throw new RuntimeError(
    `Expected one of ${DEVICES.join(', ')} device type at start of device string: ${String(device)}`,
  )
}
