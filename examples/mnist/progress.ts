/**
 * Progress of an epoch: loss, accuracy, images a second and the time left, on one line where there is a terminal.
 */
import { Presets, SingleBar } from 'cli-progress'

export class Progress {
  private readonly bar: SingleBar
  private readonly started = performance.now()
  /** Images in this run, and those of them whose digit was right. */
  private images = 0
  private right = 0
  private loss: number | null = null

  /** @param skipped images that an earlier run has seen */
  constructor(
    label: string,
    private readonly total: number,
    private readonly skipped = 0,
  ) {
    const format = `${label} {bar}  loss {loss}  accuracy {accuracy} %  {speed} images/s  {left} left`
    this.bar = new SingleBar(
      // so short that all of it can be seen in 80 columns
      { format, barsize: 10, hideCursor: true, noTTYOutput: true, notTTYSchedule: 20_000 },
      Presets.shades_classic,
    )
    this.bar.start(total, skipped, { loss: '-', accuracy: '-', speed: '-', left: '-' })
  }

  /** Counts a batch: its size, its loss, and how many of its digits were right. */
  update(size: number, loss: number, right: number): void {
    this.images += size
    this.right += right
    // smoothed, so that one can read it
    this.loss = this.loss === null ? loss : 0.95 * this.loss + 0.05 * loss
    const speed = (1000 * this.images) / (performance.now() - this.started)
    this.bar.update(this.skipped + this.images, {
      loss: this.loss.toFixed(4),
      accuracy: ((100 * this.right) / this.images).toFixed(2),
      speed: Math.round(speed),
      left: minutes((this.total - this.skipped - this.images) / speed),
    })
  }

  stop(): void {
    this.bar.stop()
  }
}

/** Seconds as "3:07". */
function minutes(seconds: number): string {
  const whole = Math.ceil(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
