import { backends } from '../../src/index.js'

export type BackendInfo = backends.BackendDescription

export const describeBackends = backends.describeBackends
