/**
 * Where PyTorch's own text cannot be read ("received an invalid combination of arguments - got ..."), ours names the
 * argument that is at fault: this one.
 *
 * @module
 */
export const FAULTY_ARGUMENT: Readonly<Record<string, string>> = {
  'nn.Conv2d(4,4,3,groups=None)': 'groups',
  'nn.Conv2d(4,4,3,groups="2")': 'groups',
  'nn.Conv2d("3",4,3)': 'inChannels',
  'nn.Conv2d(3,4,None)': 'kernelSize',
  'nn.Conv2d(3,4,"3")': 'kernelSize',
  'nn.Conv2d(3,4,3,stride=1.5)(T(1,3,8,8))': 'stride',
  'nn.Conv2d(3,4,3,stride=None)(T(1,3,8,8))': 'stride',
  'nn.Conv2d(3,4,3,dilation=1.5)(T(1,3,8,8))': 'dilation',
  'nn.Conv2d(3,4,3,dilation=None)(T(1,3,8,8))': 'dilation',
  'nn.Conv2d(3,4,3,padding=1.5)(T(1,3,8,8))': 'padding',
  'nn.Conv2d(3,4,3,padding=None)(T(1,3,8,8))': 'padding',
  'nn.Conv2d(3,4,3,padding=((1,2),(1,2)))(T(1,3,8,8))': 'padding',
  'nn.Conv2d(3,4,3)([[1.]])': 'input',
  'nn.Conv2d(3,4,3)(None)': 'input',
  'nn.Conv2d(3,4,3)(1.0)': 'input',
  'F.conv2d(T(1,3,8,8),T(4,3,3,3),stride=1.5)': 'stride',
  'F.conv2d(T(1,3,8,8))': 'weight',
  'F.conv2d(T(1,3,8,8),None)': 'weight',
  'nn.ConvTranspose2d(3,4,3)(T(1,3,8,8),10)': 'outputSize',
  'nn.ConvTranspose2d(3,4,3)(T(1,3,8,8),output_size=10)': 'outputSize',
}
