/**
 * What schedulers keep in the optimizer's parameter groups: two parts of a checkpoint that must fit each other.
 *
 * @module
 */
import { describe, RuntimeError } from '../errors.js'

/** The loaded states of an optimizer and of its scheduler, each checked by itself already. */
export function checkScheduledGroups(optimizer: unknown, scheduler: unknown): void {
  const { param_groups: groups } = optimizer as { param_groups: Record<string, unknown>[] }
  for (const name of namesInGroups(scheduler as Record<string, unknown>)) {
    groups.forEach((group, i) => {
      if (typeof group[name] === 'number') return
      const found = group[name] === undefined ? 'missing' : describe(group[name])
      throw new RuntimeError(
        `Invalid checkpoint: ${name} of group ${i} of the optimizer is ${found}; its scheduler needs a number there`,
      )
    })
  }
}

/** OneCycleLR, which is told by its settings, reads at each step what it set at the start; the others do without. */
function namesInGroups(scheduler: Record<string, unknown>): string[] {
  const { _schedulers: inner } = scheduler
  if (Array.isArray(inner)) return inner.flatMap(namesInGroups)
  if (!('max_lr' in scheduler && 'final_div_factor' in scheduler)) return []
  const momenta = scheduler['cycle_momentum'] ? ['max_momentum', 'base_momentum'] : []
  return ['initial_lr', 'max_lr', 'min_lr', ...momenta]
}
