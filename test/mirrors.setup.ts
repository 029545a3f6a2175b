/**
 * For all suites that WebAssembly may serve: wherever WebAssembly takes a copy that it has for what a tensor has, both are compared. So a write that
 * nobody has noted is an error, not another number.
 */
import { checkMirrors } from '../src/backends/wasm/runtime/mirrors.js'

checkMirrors(true)
