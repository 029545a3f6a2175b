/**
 * The files of a run.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report, Result } from '../result.js'
import type { Section } from '../settings.js'
import { drawRatios } from './picture.js'

/** Writes `results.json`, and a picture for each section, runtime, number of threads and batch. @returns the paths */
export function saveReport(folder: string, report: Report): string[] {
  mkdirSync(folder, { recursive: true })
  const paths = [join(folder, 'results.json')]
  writeFileSync(paths[0]!, `${JSON.stringify(report, null, 1)}\n`)
  for (const [name, results] of pictures(report.results)) {
    const { section, runtime, threads, batch } = results[0]!
    const what = SECTIONS_WITH_PICTURES[section]!
    const how = `float32, batch ${batch}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${runtime}`
    const path = join(folder, `${name}.svg`)
    writeFileSync(
      path,
      drawRatios(what, `how many times as long as convforge the others take; ${how}\n${report.machine}`, results),
    )
    paths.push(path)
  }
  return paths
}

const SECTIONS_WITH_PICTURES: Partial<Record<Section, string>> = {
  layers: 'One convolution',
  training: 'A convolution and its gradients',
  web: 'One convolution in WebAssembly',
}

function pictures(results: readonly Result[]): Map<string, Result[]> {
  const found = new Map<string, Result[]>()
  for (const result of results) {
    const { section, runtime, threads, batch, entries } = result
    const isCompared = entries.some(({ ratios, isAlone }) => Object.keys(ratios).length > 0 && !isAlone)
    if (SECTIONS_WITH_PICTURES[section] === undefined || !isCompared) continue
    const where = section === 'web' ? `-${runtime.split('.')[0]!.replace(' ', '-').toLowerCase()}` : ''
    const name = `${section}${where}-threads-${threads}-batch-${batch}`
    found.set(name, [...(found.get(name) ?? []), result])
  }
  return found
}
