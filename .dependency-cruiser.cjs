// The arrows of docs/architecture.md: everything may know core; a hook never knows another hook.
const leaves = '^packages/(safetensors|tfevents|tfjs-node-setup|wasm|create-hook)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-knows-only-safetensors',
      comment: 'Core imports of ours only the leaf @hookloop/safetensors.',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/', pathNot: '^packages/(core|safetensors)/' },
    },
    {
      name: 'leaf-knows-nothing-of-ours',
      comment: 'What lies in the template of create-hook becomes a package of its own.',
      severity: 'error',
      from: { path: leaves, pathNot: '^packages/create-hook/template/' },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'package-knows-only-core',
      comment: 'Hooks talk through the message hub, the state dict or an event, never by import.',
      severity: 'error',
      from: {
        path: '^packages/((?:hook-[^/]+)|optim|scheduler|layers|metrics|storage-web|testing)/',
        pathNot: '[.]test([.]ts|-d[.]ts)$',
      },
      to: { path: '^packages/', pathNot: '^packages/(core|$1)/' },
    },
    {
      name: 'compile-knows-core-and-optim',
      severity: 'error',
      from: { path: '^packages/compile/', pathNot: '^packages/compile/test/|[.]test([.]ts|-d[.]ts)$' },
      to: { path: '^packages/', pathNot: '^packages/(core|optim|compile)/' },
    },
    {
      name: 'visualizer-backend-knows-core-and-its-format',
      severity: 'error',
      from: { path: '^packages/(vis-[^/]+)/', pathNot: '[.]test([.]ts|-d[.]ts)$' },
      to: { path: '^packages/', pathNot: '^packages/(core|tfevents|$1)/' },
    },
    {
      name: 'command-line-knows-core-and-two-leaves',
      comment: 'Hooks come from the project that a command runs in, never with the command.',
      severity: 'error',
      from: { path: '^packages/cli/', pathNot: '[.]test([.]ts|-d[.]ts)$' },
      to: { path: '^packages/', pathNot: '^packages/(core|safetensors|tfjs-node-setup|cli)/' },
    },
    {
      name: 'no-reaching-into-another-package',
      comment: 'One public door per package: its exports map.',
      severity: 'error',
      from: { path: '^(?:packages|examples|tests)/([^/]+)/' },
      to: { path: '^packages/[^/]+/src/', pathNot: '^packages/$1/' },
    },
    {
      name: 'no-node-modules-in-portable-code',
      comment:
        'Only tfjs-node-setup, cli, create-hook, compile and the files named node (chosen by an export condition) may use node: modules.',
      severity: 'error',
      from: {
        path: '^packages/',
        pathNot:
          '^packages/(tfjs-node-setup|cli|create-hook|compile)/|^packages/[^/]+/assembly/|[.]test([.]ts|-d[.]ts)$|/node[.]ts$|/node-[^/]+[.]ts$|/platform/node/|/test/',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures)/' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
