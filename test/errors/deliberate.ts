/**
 * Where convforge does not do what PyTorch 1.13 does, on purpose: what it does instead, and why. The suites check both
 * this list (that ours does just that) and that docs/compatibility.md gives the same reasons.
 *
 * @module
 */

/** A reason, and the expressions it is the reason for, each with what ours does (as `summary` in cases.ts puts it). */
export interface Difference {
  readonly why: string
  readonly cases: Readonly<Record<string, string>>
}

/** Differences in the golden file. */
export const DELIBERATE: readonly Difference[] = [
  {
    why: 'JavaScript has one kind of number: 3.0 is 3.',
    cases: {
      'nn.Conv2d(4,4,3,groups=2.0)': 'ok Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), groups=2)',
      'nn.Conv2d(3.0,4,3)': 'ok Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))',
      'nn.Conv2d(3,4.0,3)': 'ok Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))',
      'nn.Conv2d(3,4,3.0)': 'ok Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))',
      'F.conv2d(T(1,3,8,8),T(4,3,3,3),groups=1.0)': 'ok torch.float32 [1, 4, 6, 6]',
    },
  },
  {
    why: 'A boolean is not a number: `true` where a number belongs is a mistake.',
    cases: {
      'nn.Conv2d(4,4,3,groups=True)':
        "TypeError: Conv2d(): argument 'groups' must be an integer, but got groups=true",
      'nn.Conv2d(3,4,True)':
        "TypeError: Conv2d(): argument 'kernelSize' must be an integer or a list of 2 integers, but got kernelSize=true",
    },
  },
  {
    why: "Python's None is JavaScript's null, and is shown as such.",
    cases: {
      'nn.Conv2d(3,4,3,padding_mode=None)':
        "ValueError: padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='null'",
    },
  },
  {
    why: 'Only numbers and plain arrays of them are sizes; bytes, strings and objects are not taken for lists of numbers.',
    cases: {
      'nn.Conv2d(3,4,3,padding=b"same")':
        "TypeError: Conv2d(): argument 'padding' must be a number or a list of numbers, but got Uint8Array",
    },
  },
  {
    why: "dtypes are named by strings here: 'float32'.",
    cases: { 'nn.Conv2d(3,4,3,dtype="float32")': 'ok Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))' },
  },
  {
    why: 'An unknown device is refused with the names of those there are; CUDA is one of the unknown.',
    cases: {
      'nn.Conv2d(3,4,3,device="cuda")': 'RuntimeError: Expected one of cpu, meta device type at start of device string: cuda',
      'nn.Conv2d(3,4,3,device="foo")': 'RuntimeError: Expected one of cpu, meta device type at start of device string: foo',
    },
  },
  {
    why: 'What stands behind the kernel size goes into one options object; numbers by position are refused.',
    cases: {
      'nn.Conv2d(3,4,3,1,0,1,1,True,"zeros",None,torch.float64,1)':
        'TypeError: Conv2d.__init__(): options must be an object with stride, padding, dilation, groups, bias, paddingMode, device, dtype, but got number 1',
    },
  },
  {
    why: 'A convolution of no channels has all its output channels: zeros and the bias.',
    cases: {
      'nn.Conv2d(0,4,3)(T(1,0,8,8))': 'ok torch.float32 [1, 4, 6, 6]',
      'nn.Conv2d(0,4,3,bias=False)(T(1,0,8,8))': 'ok torch.float32 [1, 4, 6, 6]',
      'F.conv2d(T(1,0,8,8),T(4,0,3,3))': 'ok torch.float32 [1, 4, 6, 6]',
    },
  },
  {
    why: 'float16 works on the CPU, as in PyTorch 2.',
    cases: {
      'nn.Conv2d(3,4,3).half()(T(1,3,8,8,dtype=torch.float16))': 'ok torch.float16 [1, 4, 6, 6]',
      'F.conv2d(T(1,3,8,8,dtype=torch.float16),T(4,3,3,3,dtype=torch.float16))': 'ok torch.float16 [1, 4, 6, 6]',
    },
  },
  {
    why: 'Circular padding takes inputs without a batch, as in PyTorch 2.',
    cases: {
      'nn.Conv2d(3,4,3,padding=1,padding_mode="circular")(T(3,1,1))': 'ok torch.float32 [4, 1, 1]',
      'nn.Conv2d(3,4,3,padding=8,padding_mode="circular")(T(3,8,8))': 'ok torch.float32 [4, 22, 22]',
      'nn.Conv2d(3,4,3,padding=9,padding_mode="circular")(T(3,8,8))':
        'RuntimeError: Padding value causes wrapping around more than once. (padding (9, 9) at dimension 2 of size 8)',
    },
  },
  {
    why: 'A transposed convolution has no named padding: the constructor says so.',
    cases: {
      'nn.ConvTranspose2d(3,4,3,padding="same")':
        "ValueError: ConvTranspose2d takes numbers for padding, but got padding='same'",
    },
  },
]

/** A reason for all further expressions where PyTorch's answer, ours and the expression look like this. */
export interface Rule {
  readonly why: string
  /** PyTorch's answer: `Class: message`, or `ok`. */
  readonly theirs: RegExp
  readonly ours: RegExp
  readonly expr?: RegExp
  /** How many expressions it covers: a rule that came to cover more would hide something. */
  readonly count: number
}

/** Differences in fixtures/pairs.json. */
export const RULES: readonly Rule[] = []
