import { SingleBar } from 'cli-progress'
import { formatDuration } from './duration.js'

export interface Progress {
  update(done: number, total: number): void
  /** All tiles are done; what happens now takes a while with large pictures. */
  finishing(what: string): void
  stop(): void
}

const LINE_INTERVAL_MS = 10_000

/** On a terminal a bar; in a log file a line every ten seconds, so that short work says nothing. On stderr, always. */
export function startProgress(quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, finishing: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? startBar() : startLines()
}

function startBar(): Progress {
  const bar = new SingleBar({
    format: 'upscaling [{bar}] {percentage} %  {left}',
    barsize: 32,
    clearOnComplete: true,
    // The terminal's settings stay untouched: Ctrl-C ends the process at once, and nobody would restore them.
    hideCursor: false,
    linewrap: true,
  })
  const started = performance.now()
  bar.start(1, 0, { left: '' })
  return {
    update: (done, total) => {
      bar.setTotal(total)
      bar.update(done, { left: `${timeLeft(started, done, total)} left` })
    },
    finishing: what => bar.update({ left: what }),
    stop: () => bar.stop(),
  }
}

function startLines(): Progress {
  const started = performance.now()
  let next = started + LINE_INTERVAL_MS
  return {
    update: (done, total) => {
      if (performance.now() < next || done === total) return
      next = performance.now() + LINE_INTERVAL_MS
      const percent = Math.floor((100 * done) / total)
      process.stderr.write(`convforge: ${percent} % done, about ${timeLeft(started, done, total)} left\n`)
    },
    finishing: () => undefined,
    stop: () => undefined,
  }
}

function timeLeft(started: number, done: number, total: number): string {
  return formatDuration(((performance.now() - started) / done) * (total - done))
}
