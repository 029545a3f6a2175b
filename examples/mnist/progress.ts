/**
 * Progress of an epoch: loss, accuracy, images a second and the time left, on one line where there is a terminal.
 */
import { Presets, SingleBar } from 'cli-progress'

export class Progress {
  private readonly bar: SingleBar
  private readonly started = performance.now()
  /** Digits before this run, in this run, and those of them that were right. */
  private skipped = 0
  private images = 0
  private right = 0
  private loss: number | null = null

  constructor(label: string, total: number) {
    const format = `${label} {bar} {percentage} % | loss {loss} | accuracy {accuracy} % | {speed} images/s | {eta_formatted} left`
    this.bar = new SingleBar(
      { format, hideCursor: true, noTTYOutput: true, notTTYSchedule: 20_000 },
      Presets.shades_classic,
    )
    this.bar.start(total, 0, { loss: '-', accuracy: '-', speed: '-' })
  }

  /** Counts a batch: its size, its loss, and how many of its digits were right. */
  update(size: number, loss: number, right: number): void {
    this.images += size
    this.right += right
    // smoothed, so that one can read it
    this.loss = this.loss === null ? loss : 0.95 * this.loss + 0.05 * loss
    this.bar.update(this.skipped + this.images, {
      loss: this.loss.toFixed(4),
      accuracy: ((100 * this.right) / this.images).toFixed(2),
      speed: Math.round((1000 * this.images) / (performance.now() - this.started)),
    })
  }

  /** Starts after digits that an earlier run has seen. */
  skip(images: number): void {
    this.skipped = images
    this.bar.update(images)
  }

  stop(): void {
    this.bar.stop()
  }
}
