/**
 * A program and the package it imports, bundled for browsers.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import * as vite from 'vite'

export interface Bundle {
  /** The whole program, minified. */
  readonly text: string
  /** The modules of the package that have a part in it: `dist/src/index.js`. */
  readonly modules: readonly string[]
  /** What it would still import. */
  readonly imports: readonly string[]
  /** The files that the bundler writes for it, the page among them if there is one. */
  readonly files: readonly string[]
}

/** Bundles a program for a folder in which the package is installed. */
export type Bundler = (program: string, folder: string) => Promise<Bundle>

const ofPackage = (paths: readonly string[]) =>
  paths.flatMap(path => /node_modules\/convforge\/(.*)/.exec(path)?.[1] ?? [])

async function byEsbuild(program: string, folder: string): Promise<Bundle> {
  const result = await esbuild.build({
    stdin: { contents: program, resolveDir: folder, loader: 'js' },
    absWorkingDir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const { inputs, imports } = Object.values(result.metafile.outputs)[0]!
  return {
    text: result.outputFiles[0]!.text,
    modules: ofPackage(Object.keys(inputs).filter(path => inputs[path]!.bytesInOutput > 0)),
    imports: imports.map(({ path }) => path),
    files: result.outputFiles.map(({ path }) => path),
  }
}

async function byVite(program: string, folder: string): Promise<Bundle> {
  writeFileSync(join(folder, 'program.js'), program)
  const build = await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input: join(folder, 'program.js') } },
  })
  const outputs = [build].flat().flatMap(one => ('output' in one ? one.output : []))
  const chunks = outputs.filter(one => one.type === 'chunk')
  const modules = chunks.flatMap(chunk => Object.entries(chunk.modules))
  return {
    text: chunks[0]!.code,
    modules: ofPackage(modules.flatMap(([path, { renderedLength }]) => (renderedLength > 0 ? [path] : []))),
    imports: chunks.flatMap(chunk => chunk.imports),
    files: outputs.map(({ fileName }) => fileName),
  }
}

export const BUNDLERS: readonly (readonly [name: string, bundle: Bundler])[] = [
  ['esbuild', byEsbuild],
  ['Vite', byVite],
]
