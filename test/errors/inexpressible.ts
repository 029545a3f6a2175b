/**
 * The expressions that cannot be said in TypeScript, because they name what only PyTorch's own code uses. The suite
 * checks that they really cannot.
 *
 * @module
 */
export const INEXPRESSIBLE: Readonly<Record<string, string>> = {
  'nn.Conv2d(3,4,3,bias=False)._parameters': 'private; namedParameters() is public',
  'nn.Conv2d(3,4,3)._reversed_padding_repeated_twice': 'private; the amounts themselves are in facts.test.ts',
  'nn.Conv2d(3,4,2,padding="same")._reversed_padding_repeated_twice':
    'private; the amounts themselves are in facts.test.ts',
  'nn.Conv2d(3,4,(2,5),padding="same",dilation=(3,2))._reversed_padding_repeated_twice':
    'private; the amounts themselves are in facts.test.ts',
  'nn.Conv2d(3,4,3,padding="valid")._reversed_padding_repeated_twice':
    'private; the amounts themselves are in facts.test.ts',
  'nn.Conv2d(3,4,3,padding=(1,2))._reversed_padding_repeated_twice':
    'private; the amounts themselves are in facts.test.ts',
  'nn.Conv2d.__constants__': "for TorchScript's compiler, which there is none of here",
  'nn.Conv2d.__annotations__': "Python's type hints; TypeScript's are in the declarations",
}
