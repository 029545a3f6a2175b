/**
 * Complex numbers and their parts.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { complexDType, dtypeInfo, isComplex, realDType } from '../../tensor/dtype.js'
import { Tensor } from '../../tensor/tensor.js'
import { signComplex, signOf, signOfBigint } from './complexMath.js'
import { type ElementFunctions, floatDType, mapElements, savedIf, zerosLike } from './map.js'
import { checkTensor } from './operand.js'

/** The complex conjugate as a new tensor; a real tensor itself. */
export function conj(input: Tensor): Tensor {
  checkTensor('conj', 'input', input)
  if (!isComplex(input.dtype)) return input
  const out = mapElements(
    'conj_cpu',
    [input],
    {
      complex: (re, im, _c, _d, pair) => {
        pair[0] = re
        pair[1] = -im
      },
    },
    { compute: input.dtype },
  )
  return record(out, 'ConjPhysicalBackward0', [input], [], g => [conj(g)])
}

/** The real parts, a view; a real tensor itself. */
export function real(input: Tensor): Tensor {
  checkTensor('real', 'input', input)
  if (!isComplex(input.dtype)) return input
  return record(part(input, 0), 'SelectBackward0', [input], [], g => [g.to(complexDType(g.dtype))])
}

/** The imaginary parts, a view. Refused for real tensors. */
export function imag(input: Tensor): Tensor {
  checkTensor('imag', 'input', input)
  if (!isComplex(input.dtype)) throw new RuntimeError('imag is not implemented for tensors with non-complex dtypes.')
  return record(part(input, 1), 'SelectBackward0', [input], [], g => [g.mul({ re: 0, im: 1 })])
}

/** A view of one of both parts. */
function part({ storage, shape, strides, offset }: Tensor, index: 0 | 1): Tensor {
  const doubled = Object.freeze(strides.map(stride => stride * 2))
  return new Tensor(storage.reinterpret(realDType(storage.dtype)), shape, doubled, offset * 2 + index)
}

/** A view as real numbers, with a last dimension of 2: real and imaginary part. */
export function viewAsReal(input: Tensor): Tensor {
  checkTensor('view_as_real', 'input', input)
  if (!isComplex(input.dtype)) throw new RuntimeError('view_as_real is only supported for complex tensors')
  const { storage, shape, strides, offset } = input
  const out = new Tensor(
    storage.reinterpret(realDType(storage.dtype)),
    Object.freeze([...shape, 2]),
    Object.freeze([...strides.map(stride => stride * 2), 1]),
    offset * 2,
  )
  return record(out, 'ViewAsRealBackward0', [input], [], g => [viewAsComplex(g.contiguous())])
}

/** A view as complex numbers of a float32 or float64 tensor whose last dimension is 2: real and imaginary part. */
export function viewAsComplex(input: Tensor): Tensor {
  checkTensor('view_as_complex', 'input', input)
  const { storage, shape, strides, offset } = input
  if (input.dtype !== 'float32' && input.dtype !== 'float64') {
    throw new RuntimeError(
      `view_as_complex is only supported for float and double tensors, but got a tensor of scalar type: ${dtypeInfo(input.dtype).scalarName}`,
    )
  }
  if (shape.length === 0) throw new RuntimeError('Input tensor must have one or more dimensions')
  if (shape[shape.length - 1] !== 2) throw new RuntimeError('Tensor must have a last dimension of size 2')
  if (strides[strides.length - 1] !== 1) throw new RuntimeError('Tensor must have a last dimension with stride 1')
  if (strides.slice(0, -1).some(stride => stride % 2)) {
    throw new RuntimeError('Tensor must have a stride divisible by 2 for all but last dimension')
  }
  if (offset % 2) throw new RuntimeError('Tensor must have a storage_offset divisible by 2')
  const out = new Tensor(
    storage.reinterpret(complexDType(storage.dtype)),
    Object.freeze(shape.slice(0, -1)),
    Object.freeze(strides.slice(0, -1).map(stride => stride / 2)),
    offset / 2,
  )
  return record(out, 'ViewAsComplexBackward0', [input], [], g => [viewAsReal(g.contiguous())])
}

/** The complex tensor with these real and imaginary parts, which broadcast; both float32 or both float64. */
export function complex(re: Tensor, im: Tensor): Tensor {
  checkParts('complex', 'real', re, 'imag', im)
  const out = fromParts('complex_cpu', re, im, (x, y, pair) => {
    pair[0] = x
    pair[1] = y
  })
  return record(out, 'ComplexBackward0', [re, im], [], g => [real(g), imag(g)])
}

/** The complex tensor with these absolute values and angles, which broadcast; both float32 or both float64. */
export function polar(abs: Tensor, angle: Tensor): Tensor {
  checkParts('polar', 'abs', abs, 'angle', angle)
  const out = fromParts('polar_cpu', abs, angle, (size, phi, pair) => {
    pair[0] = size * Math.cos(phi)
    pair[1] = size * Math.sin(phi)
  })
  return record(out, 'PolarBackward0', [abs, angle], [angle, out], (g, { saved: [phi, z], needs }) => [
    needs[0] ? real(conj(g).mul(complex(phi!.cos(), phi!.sin()))) : null,
    needs[1] ? real(conj(g).mul(z!).mul({ re: 0, im: 1 })) : null,
  ])
}

function checkParts(operation: string, nameA: string, a: Tensor, nameB: string, b: Tensor): void {
  checkTensor(operation, nameA, a)
  checkTensor(operation, nameB, b)
  const [typeA, typeB] = [dtypeInfo(a.dtype).scalarName, dtypeInfo(b.dtype).scalarName]
  if (![a, b].every(({ dtype }) => dtype === 'float32' || dtype === 'float64')) {
    throw new RuntimeError(`Expected both inputs to be Float or Double tensors but got ${typeA} and ${typeB}`)
  }
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(`Expected object of scalar type ${typeA} but got scalar type ${typeB} for second argument`)
  }
}

/** A complex tensor from two real ones: the loop sees each as a complex number whose real part counts. */
function fromParts(kernel: string, a: Tensor, b: Tensor, f: (x: number, y: number, pair: [number, number]) => void) {
  return mapElements(
    kernel,
    [a, b],
    {
      complex: (x, _i, y, _j, pair) => {
        f(x, y, pair)
      },
    },
    { compute: complexDType(a.dtype) },
  )
}

/** The angle in radians: of a real number 0, or pi where it is negative. Integers give float32. */
export function angle(input: Tensor): Tensor {
  checkTensor('angle', 'input', input)
  const compute = floatDType(input.dtype)
  const out = mapElements(
    'angle_cpu',
    [input],
    {
      number: x => (Number.isNaN(x) ? Number.NaN : x! < 0 ? Math.PI : 0),
      complex: (re, im) => Math.atan2(im, re),
    },
    { compute, result: realDType(compute) },
  )
  return record(out, 'AngleBackward0', [input], [savedIf(isComplex(compute), input)], (g, { saved: [z] }) => {
    if (!isComplex(compute)) return [zerosLike(g)]
    // i z / |z|^2; 0 where there is no angle
    const turned = z!.mul({ re: 0, im: 1 }).div(z!.abs().square())
    return [g.mul(turned).where(z!.ne(0), 0)]
  })
}

/** `input / |input|`, and 0 for 0: for real numbers the sign. */
export function sgn(input: Tensor): Tensor {
  checkTensor('sgn', 'input', input)
  const functions: ElementFunctions = { number: signOf, bigint: signOfBigint, complex: signComplex }
  const out = mapElements('sgn_cpu', [input], functions, { compute: input.dtype })
  if (!isComplex(input.dtype)) return record(out, 'SgnBackward0', [input], [], g => [zerosLike(g)])
  return record(out, 'SgnBackward0', [input], [input, out], (g, { saved: [z, s] }) => {
    // what is left of g across the direction of z, over |z|
    const along = real(g.mul(conj(s!))).mul(s!)
    return [g.sub(along).div(z!.abs()).where(z!.ne(0), 0)]
  })
}
