/**
 * Imports point only downwards in this list (docs/architecture.md has the reasons).
 */
const LAYERS = [
  'cli',
  'src/index.ts',
  'src/models',
  'src/tools',
  'src/checkpoint',
  'src/data',
  'src/optim',
  'src/nn',
  'src/interop',
  'src/ops',
  'src/backends',
  'src/kernel',
  'src/conv',
  'src/autograd',
  'src/tensor',
  'src/options.ts',
  'src/errors.ts',
]

const pattern = layer => `^${layer.replaceAll('.', '\\.')}(/|$)`

module.exports = {
  forbidden: [
    ...LAYERS.slice(1).map((layer, i) => ({
      name: `downwards-from-${layer.replace(/^src\//, '')}`,
      comment: 'An import points upwards: move the code down, or the use of it up.',
      severity: 'error',
      from: { path: pattern(layer) },
      to: { path: LAYERS.slice(0, i + 1).map(pattern) },
    })),
    {
      name: 'every-file-has-a-layer',
      severity: 'error',
      from: { path: '^src/', pathNot: LAYERS.map(pattern) },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Modules that import each other cannot be read one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'the-library-runs-in-browsers',
      comment: 'Only the command line may use packages and Node modules directly.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm', 'core'], dependencyTypesNot: ['type-only', 'type-import'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
}
