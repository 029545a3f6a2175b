/**
 * What all optimizers share: parameter groups, gradients, state dicts.
 *
 * @module
 */
import { enableGrad, noGrad } from '../autograd/modes.js'
import { describe, ValueError } from '../errors.js'
import { zeros } from '../ops/creation/fromSizes.js'
import { zerosLike } from '../ops/creation/like.js'
import { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { replaceGrad } from '../tensor/tensor.js'
import { timed } from '../tensor/timed.js'
import { collectGroups, collectParameters, type GroupOptions, type Parameters } from './parameters.js'
import { isRecord } from './plain.js'
import { type SettingTable, snakeCase } from './settings.js'
import { type OptimizerState, optimizerStateDict, stateLoader } from './state.js'
import { checkUpdatable } from './update.js'

/** What an optimizer keeps for one parameter, by PyTorch's names (`momentum_buffer`, `exp_avg`, ...). */
export type ParameterState = Record<string, Tensor>

/** What schedulers note in a group. */
export interface ScheduledSettings {
  /** The learning rate that schedules start from. */
  initialLr?: number
  maxLr?: number
  minLr?: number
  maxMomentum?: number
  baseMomentum?: number
}

/** Parameters that are trained with the same settings. All but `params` may be changed between steps. */
export type ParamGroup<Settings = { lr: number }> = Settings &
  ScheduledSettings & {
    params: Tensor[]
    /** The parameters' names, where they were given with names. */
    paramNames?: string[]
  }

const SCHEDULED = ['initialLr', 'maxLr', 'minLr', 'maxMomentum', 'baseMomentum']

/** How one kind of optimizer is set, and what it keeps. */
export interface OptimizerTables<Settings> {
  readonly settings: SettingTable<Settings>
  /** The entries of a parameter's state, and whether each is always there. */
  readonly state: Readonly<Record<string, 'always' | 'sometimes'>>
  /** What PyTorch notes in each group of this kind, and what cannot be another here. */
  readonly fixed?: Readonly<Record<string, unknown>>
}

/**
 * The base of all optimizers.
 *
 * @see https://pytorch.org/docs/stable/optim.html
 */
export abstract class Optimizer<Settings extends { lr: number } = { lr: number }> {
  /** The groups; change `group.lr` and the like between steps. */
  readonly paramGroups: ParamGroup<Settings>[] = []
  /** What is kept for each parameter that has been updated. */
  readonly state = new Map<Tensor, ParameterState>()
  /** How often `step` was called; schedulers look whether it is called before theirs. */
  stepCount = 0
  /** The settings of groups that do not have their own. */
  readonly defaults: Readonly<Partial<Settings>>

  /**
   * @param params tensors, `[name, tensor]` pairs, or groups `{ params, ...settings }`
   * @throws TypeError or ValueError with PyTorch's message for what cannot be trained, or not so
   */
  constructor(
    params: Parameters<Settings>,
    defaults: Partial<Settings>,
    readonly tables: OptimizerTables<Settings>,
  ) {
    checkOptions(this.constructor.name, defaults, Object.keys(tables.settings))
    this.defaults = withDefaults(defaults, tables.settings)
    for (const [name, value] of Object.entries(this.defaults)) this.setting(name).check(value, name)
    for (const group of collectGroups(params)) this.addParamGroup(group)
  }

  /** Adds parameters, such as layers that were frozen until now. Settings left out are the optimizer's. */
  addParamGroup(group: GroupOptions<Settings> & ScheduledSettings): void {
    const known = [...Object.keys(this.tables.settings), ...SCHEDULED, 'params']
    if (!isRecord(group) || group instanceof Tensor) {
      throw new TypeError(`param_group must be an object { params, ...settings }, but got ${describe(group)}`)
    }
    const { params, ...own } = checkOptions(`${this.constructor.name}.addParamGroup`, group, known)
    const complete = {
      ...definedOnly({ ...this.defaults, ...definedOnly(own) }),
      ...collectParameters(params),
    } as ParamGroup<Settings>
    this.checkGroup(complete)
    const all = [...this.paramGroups.flatMap(({ params }) => params)]
    if (complete.params.some(parameter => all.includes(parameter))) {
      throw new ValueError('some parameters appear in more than one parameter group')
    }
    if (new Set(complete.params).size < complete.params.length) {
      throw new ValueError('optimizer contains a parameter group with duplicate parameters')
    }
    this.paramGroups.push(complete)
  }

  /** Refuses settings that a group cannot have. */
  checkGroup(group: Settings): void {
    for (const name of Object.keys(this.tables.settings)) {
      const value = (group as Record<string, unknown>)[name]
      if (value === undefined) {
        throw new ValueError(
          `parameter group didn't specify a value of required optimization parameter ${snakeCase(name)}`,
        )
      }
      this.setting(name).check(value, name)
    }
  }

  private setting(name: string) {
    return this.tables.settings[name as keyof Settings]
  }

  /**
   * Forgets all gradients; with `setToNone` false they are kept as tensors of zeros. Default: true, as in PyTorch since 2.0.
   */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    const { setToNone = true } = checkOptions('zeroGrad', options, ['setToNone'])
    for (const { params } of this.paramGroups) {
      for (const parameter of params) {
        const gradient = parameter.ownGrad
        if (setToNone || gradient === null) replaceGrad(parameter, null, false)
        else if (gradient.requiresGrad)
          replaceGrad(
            parameter,
            noGrad(() => zerosLike(gradient)),
            false,
          )
        else gradient.zero_()
      }
    }
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param closure computes the loss and its gradients first; what it returns is returned
   * @throws RuntimeError for a gradient that does not fit its parameter; nothing has been changed then
   */
  step(): undefined
  step<Loss>(closure: () => Loss): Loss
  step<Loss>(closure?: () => Loss): Loss | undefined {
    if (closure !== undefined && typeof closure !== 'function') {
      throw new TypeError(`step(): closure must be a function, but got ${describe(closure)}`)
    }
    return timed(`Optimizer.step#${this.constructor.name}.step`, () => this.stepAll(closure))()
  }

  private stepAll<Loss>(closure?: () => Loss): Loss | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure)
    // before anything is changed
    for (const { params } of this.paramGroups) {
      for (const parameter of params) {
        const gradient = parameter.ownGrad
        if (gradient) checkUpdatable(parameter, gradient)
      }
    }
    for (const group of this.paramGroups) {
      for (const parameter of group.params) {
        const gradient = this.keepsGradients ? parameter.grad : parameter.ownGrad
        if (gradient === null) continue
        const state = this.state.get(parameter) ?? {}
        this.state.set(parameter, state)
        this.update(parameter, gradient, state, group)
      }
    }
    this.stepCount++
    return loss
  }

  /**
   * Whether {@link update} may keep a gradient, or its memory, rather than only read it. Otherwise that memory serves other
   * tensors once the gradients are forgotten. Default: true.
   */
  protected get keepsGradients(): boolean {
    return true
  }

  /** Updates one parameter and its state, which is empty at first. */
  protected abstract update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: Settings): void

  /** The state and the settings, in PyTorch's structure and spelling. Tensors share memory with the optimizer's. */
  stateDict(): OptimizerState {
    return optimizerStateDict(this)
  }

  /**
   * Continues from a state dict of this kind of optimizer, ours or PyTorch's. Tensors are copied, in the dtype of their
   * parameter.
   *
   * @throws ValueError for what does not fit; nothing has been changed then
   */
  loadStateDict(state: OptimizerState): void {
    this.stateLoader(state)()
  }

  /** Checks a state dict, and returns what loads it: several objects can be checked before any is changed. */
  stateLoader(state: unknown): () => void {
    return stateLoader(this, state)
  }

  toString(): string {
    const groups = this.paramGroups.map((group, i) => {
      const settings = Object.entries(group).filter(([name]) => name !== 'params' && name !== 'paramNames')
      const shown = (value: unknown) => (Array.isArray(value) ? `(${value.join(', ')})` : String(value))
      const lines = settings.map(([name, value]) => `    ${snakeCase(name)}: ${shown(value)}\n`).sort()
      return `\nParameter Group ${i}\n${lines.join('')}`
    })
    return `${this.constructor.name} (${groups.join('')})`
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** An entry of a parameter's state, zeros like the parameter at first. It follows the parameter to another dtype. */
export function stateLike(state: ParameterState, name: string, parameter: Tensor): Tensor {
  const own = state[name] ?? zerosLike(parameter)
  state[name] = own.dtype === parameter.dtype ? own : noGrad(() => own.to(parameter.dtype))
  return state[name]
}

/** Counts an update. PyTorch keeps the number as a tensor, and so does this. */
export function countStep(state: ParameterState): number {
  state['step'] ??= zeros([])
  const { data } = state['step'].storage
  data[0] = Number(data[0]) + 1
  return Number(data[0])
}

function withDefaults<Settings>(given: Partial<Settings>, table: SettingTable<Settings>): Partial<Settings> {
  const defaults = Object.entries<{ default?: unknown }>(table).map(([name, setting]) => [name, setting.default])
  return { ...definedOnly(Object.fromEntries(defaults)), ...definedOnly(given) } as Partial<Settings>
}

/** Without the keys whose value is undefined, which would hide the defaults; lists are copied, so that nobody shares them. */
function definedOnly<T extends object>(options: T): Partial<T> {
  const defined = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    defined.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Partial<T>
}
