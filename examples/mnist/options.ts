/**
 * What the MNIST script can be told.
 */
import { Command, InvalidArgumentError, Option } from 'commander'

/** Settings of a training; a resumed one keeps those it was started with. */
export interface Settings {
  readonly epochs: number
  /** How many of the digits to train on, and to test on. */
  readonly trainDigits: number
  readonly testDigits: number
}

export interface Options extends Settings {
  /** The folder to write to. */
  readonly out: string
  readonly resume: boolean
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 1.')
  return Number(text)
}

export function readOptions(): Options {
  return new Command('npm run train:mnist --')
    .description('Trains a small network on the digits of MNIST. Ctrl-C saves and stops.')
    .option('--epochs <number>', 'how often to go through the training digits', wholeNumber, 2)
    .option('--train-digits <number>', 'train on the first so many of the 60,000', wholeNumber, 60_000)
    .option('--test-digits <number>', 'test on the first so many of the 10,000', wholeNumber, 10_000)
    .option('--out <folder>', 'where the checkpoint and the pictures go', 'out/mnist')
    .addOption(
      new Option('--resume', 'go on where the last run in the folder stopped, with its settings')
        .default(false)
        .conflicts(['epochs', 'trainDigits', 'testDigits']),
    )
    .allowExcessArguments(false)
    .parse()
    .opts<Options>()
}
