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
      'nn.Conv2d(4,4,3,groups=True)': "TypeError: Conv2d(): argument 'groups' must be an integer, but got groups=true",
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
      'nn.Conv2d(3,4,3,device="cuda")':
        'RuntimeError: Expected one of cpu, meta device type at start of device string: cuda',
      'nn.Conv2d(3,4,3,device="foo")':
        'RuntimeError: Expected one of cpu, meta device type at start of device string: foo',
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
export const RULES: readonly Rule[] = [
  {
    why: 'A bias of another dtype is refused by every convolution, as in PyTorch 2; 1.13 converts it in 1d and 3d and with named padding.',
    expr: /^F\.conv[13]d|padding='same'|LazyConv[13]d/,
    theirs: /^(?!RuntimeError: Input type)/,
    ours: /^RuntimeError: Input type \(\w+\) and bias type \(\w+\) should be the same/,
    count: 27,
  },
  {
    why: "With padding 'same' the fault itself is named; PyTorch speaks of the padding that it works out from a kernel of size 0 or a negative dilation.",
    theirs: /^RuntimeError: negative padding is not supported/,
    ours: /^RuntimeError: (kernel size|dilation) should be greater than zero/,
    count: 4,
  },
  {
    why: "With padding 'same' and an even kernel, messages give the size of the input itself; PyTorch gives that of a padded copy.",
    expr: /padding='same'/,
    theirs: /^RuntimeError: (Given groups=1, weight of size|The input size 0)/,
    ours: /^RuntimeError: (Given groups=1, weight of size|Calculated padded input size)/,
    count: 4,
  },
  {
    why: 'An unknown device is refused with the names of those there are; CUDA is one of the unknown.',
    theirs: /^RuntimeError: Expected one of cpu, cuda/,
    ours: /^RuntimeError: Expected one of cpu, meta device type at start of device string: foo$/,
    count: 4,
  },
  {
    why: 'Some messages speak of the kernel that PyTorch chose for a size; ours is the one of its plain kernel.',
    theirs: /^RuntimeError: non-positive dilation is not supported/,
    ours: /^RuntimeError: dilation should be greater than zero, but got \[0, 0\]$/,
    count: 3,
  },
  {
    why: 'A transposed convolution has no named padding: the constructor says so.',
    theirs: /^TypeError: conv_transpose\dd\(\): argument 'padding'/,
    ours: /^ValueError: ConvTranspose\dd takes numbers for padding, but got padding='same'$/,
    count: 3,
  },
  {
    why: 'An output size with an input of the wrong rank: the message is about the rank.',
    theirs: /^IndexError: Dimension out of range/,
    ours: /^RuntimeError: Expected \dD \(unbatched\) or \dD \(batched\) input to conv_transpose\dd/,
    count: 3,
  },
  {
    why: 'A list with one number holds for every axis, also with an output size and with padding modes.',
    theirs: /^(IndexError: tuple index out of range|ok torch.Size\(\[1, 4, 8, 5\]\))/,
    ours: /^ok torch.Size/,
    count: 2,
  },
  {
    why: 'Lazy modules check the output channels in the constructor too.',
    theirs: /^ok Lazy/,
    ours: /^ValueError: out_channels must be divisible by groups/,
    count: 6,
  },
  {
    why: 'The meta device checks what the CPU checks.',
    expr: /device='meta'/,
    theirs: /^ok$/,
    ours: /^RuntimeError: Given weight of size/,
    count: 1,
  },
  {
    why: 'The padding list is too long: the message is the one of PyTorch 2, with the two lengths.',
    theirs: /^RuntimeError: Padding length too large/,
    ours: /^RuntimeError: Padding length should be less than or equal to two times the input dimension/,
    count: 79,
  },
  {
    why: 'Padding works for every dtype in every mode; PyTorch reflects and replicates floats only.',
    theirs: /^RuntimeError: "(reflection|replication)_pad\dd(_cpu)?" not implemented for/,
    ours: /^(ok|RuntimeError: Input type \(long int\))/,
    count: 39,
  },
  {
    why: 'Circular padding takes inputs without a batch, as in PyTorch 2.',
    theirs: /^RuntimeError: Invalid padding size, expected/,
    ours: /./,
    count: 24,
  },
  {
    why: 'Cropping more than there is gets one message, with what is cropped from what; PyTorch has an overflow, an index error and a negative size for it.',
    theirs:
      /^(IndexError: Dimension out of range|RuntimeError: numel: integer multiplication overflow|ok torch.Size\(\[0, 3, 4, -3\]\))/,
    ours: /^RuntimeError: (start \(9\)|Trying to create tensor with negative dimension)/,
    count: 16,
  },
  {
    why: 'Constant padding may crop a dimension to nothing while it adds to another.',
    theirs: /resulted in a negative output size/,
    ours: /^ok torch.Size\(\[1, 3, 5, 0\]\)/,
    count: 1,
  },
  {
    why: 'Messages give the shape that the input has: PyTorch prints the width twice in unfold, and calls a bool tensor CPUBoolType.',
    theirs: /spatial size \(1, 1\)|CPUBoolType/,
    ours: /spatial size \(1, 5\)|torch\.BoolTensor/,
    count: 3,
  },
  {
    why: 'unfold works for every dtype.',
    theirs: /^RuntimeError: "im2col_out_cpu" not implemented for/,
    ours: /^ok/,
    count: 2,
  },
  {
    why: 'Only numbers and plain arrays of them are sizes; bytes, strings and objects are not taken for lists of numbers.',
    expr: /stride='2'/,
    theirs: /^ok Conv2d/,
    ours: /^TypeError: Conv2d\(\): argument 'stride' must be a number or a list of numbers, but got string 2$/,
    count: 1,
  },
  {
    why: 'A bias option is true or false (or null, 0, 1): a tensor or a text there is a mistake.',
    expr: /bias=('no'|T\(4\))\)/,
    theirs: /./,
    ours: /^TypeError: Conv2d\(\): argument 'bias' must be true or false, but got (string no|Tensor)$/,
    count: 2,
  },
  {
    why: "Messages name JavaScript's types where PyTorch's name Python's.",
    theirs: /<class '(int|list|NoneType)'>|int is not a Module subclass/,
    ours: /number 1|number 3 is not a Module subclass|but got (null|an array)/,
    count: 4,
  },
  {
    why: 'A tensor that does not fit in memory: the message gives the bytes asked for.',
    theirs: /^RuntimeError: Storage size calculation overflowed/,
    ours: /^RuntimeError: can't allocate memory: you tried to allocate \d+ bytes$/,
    count: 1,
  },
]
