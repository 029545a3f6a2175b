const SETTINGS = ['CONVFORGE_BACKEND', 'CONVFORGE_ISA', 'CONVFORGE_NUM_THREADS'] as const

/** The environment variables that choose how things are computed, as far as they are set. */
export function environmentSettings(environment: NodeJS.ProcessEnv): [name: string, value: string][] {
  // an empty one counts as not set
  return SETTINGS.flatMap(name => (environment[name] ? [[name, environment[name]]] : []))
}
