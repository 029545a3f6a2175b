/**
 * Calls that come again with the same shapes, strides and dtypes, as those of a training do in each step: what depends on
 * nothing else is planned once.
 *
 * @module
 */
import type { Formula } from '../../kernel/expression.js'
import { NumbersKey, NumbersMap } from '../../tensor/numbersMap.js'
import { BoundedCache } from '../boundedCache.js'
import type { VectorOperand } from '../vectorOperations.js'
import { isMovable } from './jobStarts.js'
import { elementOf } from './operands.js'
import type { Target } from './target.js'

interface Call {
  readonly formula: Formula
  readonly operands: readonly VectorOperand[]
}

interface Planned<Plan> {
  readonly variant: string
  readonly plan: Plan
}

const MOST_FORMULAS = 128
const MOST_CALLS = 128

const key = new NumbersKey()

/** What has been planned for calls, by their formula and by numbers. */
export class RepeatedCalls<Own extends Call, Plan> {
  private readonly formulas = new BoundedCache<string, NumbersMap<Planned<Plan>>>(MOST_FORMULAS)

  /**
   * @param describe adds all to a key that a plan depends on besides the operands, the formula and the target, so that it is
   *   clear where each list ends
   * @param plan gives `null` for a call that is none of this kind
   */
  constructor(
    private readonly describe: (key: NumbersKey, call: Own) => void,
    private readonly plan: (target: Target, call: Own) => Plan | null,
  ) {}

  /** The plan of a call. Of one that comes again it makes nothing that the garbage collector would have to take. */
  planOf(target: Target, call: Own): Plan | null {
    if (!this.ask(target, call)) return null
    const known = this.formulas.of(call.formula.text, newMap<Plan>)
    const found = known.get(key)
    if (found !== undefined && found.variant === target.variant()) return found.plan
    const plan = this.plan(target, call)
    if (plan === null) return null
    // planning may have asked for other calls
    this.ask(target, call)
    known.set(key, { variant: target.variant(), plan })
    return plan
  }

  /** Writes the key of a call to `key`, or returns false if there are operands of other dtypes. */
  private ask({ copies }: Target, call: Own): boolean {
    this.describe(key.clear().add(call.formula.precision === 'double' ? 1 : 0), call)
    for (let i = 0; i < call.operands.length; i++) {
      const { data, offset, strides } = call.operands[i]!
      const element = elementOf(data)
      if (element === null) return false
      key
        .add(element === 'float32' ? 4 : 8)
        .add(copies || isMovable(data) ? 0 : offset)
        .addAll(strides)
    }
    return true
  }
}

const newMap = <Plan>() => new NumbersMap<Planned<Plan>>(MOST_CALLS)
