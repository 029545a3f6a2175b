import { Command, InvalidArgumentError } from 'commander'
import { demo } from './commands/demo.js'
import { explain } from './commands/explain.js'
import { info } from './commands/info.js'
import { DEFAULT_QUALITY, DEFAULT_TILE, type UpscaleCommandOptions, upscale } from './commands/upscale.js'
import { LAYER_EXAMPLE } from './explain/parseLayer.js'
import { version } from './packageRoot.js'

export function createProgram(): Command {
  const program = new Command('convforge')
    .description("PyTorch's convolutions for TypeScript, and a network of them that doubles pictures.")
    .version(version)
    .exitOverride()
    // Errors are printed in one place, by main.ts.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', '\nconvforge COMMAND --help tells more about a command.')
  addUpscale(program)
  addDemo(program)
  addInfo(program)
  addExplain(program)
  addHelp(program)
  return program
}

function addUpscale(program: Command): void {
  program
    .command('upscale')
    .summary('double the size of a PNG or JPEG picture')
    .description('Doubles a picture in width and height with a convolutional network (upconv7, from waifu2x).')
    .argument('<input>', 'a PNG or JPEG file')
    .option('-o, --output <file>', 'where the result goes: .png, .jpg or .jpeg (default: NAME-2x.png beside the input)')
    .option('--denoise', 'use the model that also removes JPEG noise')
    .option('--compare <file>', 'also write a picture of bicubic, network and original side by side')
    .option('--original <file>', 'the picture in its true size: print how close bicubic and network come (PSNR)')
    .option('--tile <pixels>', 'largest side of the parts that are worked on', wholeNumber(16, 4096), DEFAULT_TILE)
    .option(
      '--quality <percent>',
      `quality of a JPEG result, 1 to 100 (default: ${DEFAULT_QUALITY})`,
      wholeNumber(1, 100),
    )
    .option('--force', 'replace files that exist already')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', UPSCALE_NOTES)
    .action(async (input: string, options: UpscaleCommandOptions) => {
      await upscale(input, options)
    })
}

const UPSCALE_NOTES = `
Transparency is kept in a PNG; in a JPEG, transparent parts turn white. A 16-bit
PNG gives a 16-bit PNG. Photos are turned upright as their EXIF data says.
Colour profiles and other metadata are not carried over.

The work is done tile by tile, so that besides the two pictures themselves only
one tile is in memory. The peak is 200 to 300 MB, and for large photos 27 bytes
more for each pixel of the photo (a photo of 12 megapixels: 540 MB to PNG,
1.3 GB to JPEG). With another --tile some sums are rounded differently: of
ten thousand samples a few may differ by one level of 8 bits, and of 25 about
one by one level of 16 bits.

Existing files are kept unless you say --force. A result appears whole or not at
all, even after Ctrl-C.

Examples:
  convforge upscale photo.jpg                        writes photo-2x.png
  convforge upscale photo.jpg -o large.jpg --denoise
  convforge upscale half.png --original full.png --compare compare.png`

function addDemo(program: Command): void {
  program
    .command('demo')
    .summary('double a photo of a cat that comes along')
    .description(
      'Doubles the photo of a cat that comes with convforge. The results go into ./out, replacing earlier ones.',
    )
    .action(() => demo())
}

function addInfo(program: Command): void {
  program
    .command('info')
    .summary('show version, processor and backends')
    .description('Shows the version, the processor, the backends, and why a backend cannot be used here.')
    .action(info)
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .summary('show how a convolution layer would be computed')
    .description('Shows the algorithms for a layer: which were refused and why, and which is chosen.')
    .argument('<layer...>', `the layer, in quotes: "${LAYER_EXAMPLE}"`)
    .option('--asm', 'also show the machine code of the chosen one (needs GNU objdump)')
    .addHelpText('after', EXPLAIN_NOTES)
    .action((words: string[], options: { asm?: boolean }) => explain(words, options))
}

const EXPLAIN_NOTES = `
A layer is BATCH x CHANNELS x SIZES -> OUT_CHANNELS, then in any order:
  k3  k3x5      kernel size (needed)      d2   d2x1     dilation
  s2  s2x1      stride                    g8            groups
  p1  p1x2      padding                   transposed    a transposed convolution
  psame pvalid  padding by name           op1  op1x0    its output padding
  reflect replicate circular  the padding mode, if not zeros
  float64 float16 ...         the dtype, if not float32
One, two or three sizes make it a Conv1d, Conv2d or Conv3d. One number counts
for every axis.

Examples:
  convforge explain "${LAYER_EXAMPLE}"
  convforge explain "8x16x1000 -> 32 k9 psame reflect"
  convforge explain "1x256x50x80 -> 3 k4 s2 p3 transposed"
  convforge explain --asm "1x8x9x9 -> 16 k3"`

/** Commander's own would show the general help for a command that there is not, and not say so. */
function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('display help for command')
    .argument('[command]')
    .action(async (name?: string) => {
      const command = name === undefined ? program : program.commands.find(own => own.name() === name)
      if (command) command.help()
      // refused as it is without "help", with a name that may have been meant
      else await program.parseAsync([String(name)], { from: 'user' })
    })
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
