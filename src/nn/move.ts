/**
 * Converting a whole module: dtype, device, memory format.
 *
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { checkOptions } from '../options.js'
import { checkDevice, type Device } from '../tensor/device.js'
import { checkDType, DTYPES, type DType, isDifferentiable } from '../tensor/dtype.js'
import type { MemoryFormat } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Module } from './module.js'
import { UninitializedParameter } from './parameter.js'

export interface MoveTarget {
  dtype?: DType
  device?: Device
  memoryFormat?: MemoryFormat
}

function parseTarget(target: DType | Device | MoveTarget): MoveTarget {
  if (typeof target === 'string') {
    return Object.hasOwn(DTYPES, target) ? { dtype: target as DType } : { device: checkDevice(target) }
  }
  const { dtype, device, memoryFormat } = checkOptions('to', target, ['dtype', 'device', 'memoryFormat'])
  return { dtype: dtype && checkDType(dtype), device: device && checkDevice(device), memoryFormat }
}

/**
 * Converts parameters and buffers, keeping each object: an optimizer that holds a parameter goes on training it.
 *
 * @param converts which dtypes are converted to the target's
 */
export function moveTensors(
  module: Module,
  target: DType | Device | MoveTarget,
  converts: (dtype: DType) => boolean = isDifferentiable,
): void {
  const { dtype, device, memoryFormat } = parseTarget(target)
  if (dtype && !isDifferentiable(dtype)) {
    throw new TypeError(
      `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.${dtype}`,
    )
  }
  const move = (tensor: Tensor) => {
    const own = dtype && converts(tensor.dtype) ? dtype : tensor.dtype
    if (tensor instanceof UninitializedParameter) return tensor.become(own, device ?? tensor.device)
    const converted = tensor.to({
      dtype: own,
      device: device ?? tensor.device,
      memoryFormat: memoryFormat && (tensor.ndim === 4 || tensor.ndim === 5) ? memoryFormat : undefined,
    })
    if (converted !== tensor) tensor.setData(converted)
  }
  noGrad(() => {
    for (const [, parameter] of module.namedParameters()) {
      move(parameter)
      if (parameter.grad) move(parameter.grad)
    }
    for (const [, buffer] of module.namedBuffers()) move(buffer)
  })
}
