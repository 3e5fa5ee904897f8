/**
 * How Berth is written, as far as a machine can tell (CONTRIBUTING.md, "Style"). Boundaries between folders are
 * dependency-cruiser's part; here stand style, types, and the purity of core code: a core function knows nothing but
 * its arguments. There are no inline exceptions: change the code or change the rule for everybody.
 */
import tseslint from 'typescript-eslint';
import { coreFolders } from './scripts/lib/layers.mjs';

const inCore = ['shared', ...coreFolders].map((folder) => `src/${folder}/**/*.ts`);

/** Globals through which time, chance, the process or the network would get into a plan. */
const impureGlobals = [
  'Date', 'performance', 'crypto', 'process', 'console', 'global', 'globalThis', 'navigator', 'require',
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'WebSocket', 'EventSource', 'Worker',
  'BroadcastChannel', 'MessageChannel', 'localStorage', 'sessionStorage',
]; // prettier-ignore

const style = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a name that is the same everywhere can be searched for.',
  },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines the thing.' },
  {
    selector: ':matches(ClassDeclaration, TSInterfaceDeclaration)[id.name=/(Manager|Helper|Utils?|Common|Impl)$/]',
    message: 'Name the thing after what it is; Manager, Helper, Util, Common and Impl say nothing.',
  },
];

const wallCall = "CallExpression[callee.property.name='now'][callee.object.name!='performance']";

/** Wall time jumps. What is waited for goes by `SteadyClock`; a moment to show or to sort by is named, and left as it is. */
const wallTime = [
  {
    selector: `BinaryExpression > ${wallCall}`,
    message: 'Wall time jumps: measure durations and deadlines with elapsedMs of SteadyClock.',
  },
  {
    selector: `VariableDeclarator[id.name!=/^(nowMs|atMs)$/] > ${wallCall}`,
    message: 'Call wall time nowMs or atMs, so that nobody takes it for a deadline.',
  },
  {
    selector: 'BinaryExpression[operator=/^([-+*]|[<>]=?)$/] > Identifier[name=/^(nowMs|atMs)$/]',
    message: 'Wall time jumps: measure durations and deadlines with elapsedMs of SteadyClock.',
  },
];

const given =
  'Take time and pauses from the clock that is given (shared/clock.ts); what goes on beside requests is a background task.';

/** Time comes from the clock that is given, so that a test can move it. */
const noClock = [
  { selector: "CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name='now']", message: given },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: given },
  { selector: 'CallExpression[callee.name=/^set(Timeout|Interval)$/]', message: given },
  {
    selector:
      'ImportDeclaration[source.value=/^node:timers/] > ImportSpecifier[imported.name=/^set(Timeout|Interval)$/]',
    message: given,
  },
];

const realClock = 'src/system.ts';

/** What code decides by is a type or a field, never a text. */
const noTextToDecide = [
  {
    selector: "BinaryExpression[operator=/^[!=]==$/][left.property.name='name'][right.value=/(Error|Lost|Trouble)$/]",
    message: 'Ask instanceof: a name is text for people.',
  },
  {
    selector: "BinaryExpression[left.object.property.name='problem'][left.property.name='status']",
    message: 'Ask isOfKind (shared/problem.ts): several kinds of problems share a status.',
  },
];

const stateMessage = 'No state at module level: keep it in what is made once and given on.';
/** Of a module: `const x = …`, exported or not. */
const atModuleLevel = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration';
const heldAs = (type) => `[id.typeAnnotation.typeAnnotation.typeName.name=/^${type}/]`;
/** Tables that are filled where they are made; what is derived from an object and goes with it; what has no state. */
const stateless = 'Map|Set|WeakMap|URL|RegExp|Ajv|BlockList|XMLParser|StandardSchemaValidationPipe';
const noModuleState = [
  `${atModuleLevel}[kind='let']`,
  `${atModuleLevel} > VariableDeclarator:not(${heldAs('Readonly')}) > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]`,
  `${atModuleLevel} > VariableDeclarator > NewExpression[callee.name!=/^(${stateless})$/]`,
  `${atModuleLevel} > VariableDeclarator:not([id.typeAnnotation.typeAnnotation.operator='readonly']) > ArrayExpression[elements.length=0]`,
  `${atModuleLevel} > VariableDeclarator:not([id.typeAnnotation]) > ObjectExpression[properties.length=0]`,
  `${atModuleLevel} > VariableDeclarator${heldAs('Record')} > ObjectExpression[properties.length=0]`,
  'PropertyDefinition[static=true]:not([readonly=true])',
].map((selector) => ({ selector, message: stateMessage }));

const onceOnly = {
  selector: 'VariableDeclarator[id.name=/^is(Record|Object)$/]',
  message: 'shared/json-object.ts has it: isJsonObject.',
};

const ofSources = [...wallTime, ...noTextToDecide, ...noModuleState];

/** The decorator of what the door is given, except what has no caller: settings, metrics, readiness. */
const injected =
  "> Decorator[expression.callee.name='Inject']:not([expression.arguments.0.name=/^(OPTIONS|METRICS|READINESS)$/])";
const isForCaller = "typeAnnotation.typeAnnotation.typeName.name='ForCaller'";

/** Nest gives what the token names, whatever type stands beside it: the compiler does not see a call without a caller. */
const inTheNameOfACaller = [
  `TSParameterProperty:has(${injected}):not([parameter.${isForCaller}])`,
  `:matches(Identifier, PropertyDefinition):has(${injected}):not([${isForCaller}])`,
].map((selector) => ({
  selector,
  message:
    'What is injected here is reached in the name of a caller: type it ForCaller<…> (docs/changing/new-endpoint.md).',
}));

const noDecorators = {
  selector: 'Decorator',
  message: 'Decorators live in src/api and src/app.module.ts only: the rest of Berth does not know Nest.',
};

/** A case that a property returns from, or in which nothing is expected, is vacuous. */
const onlyCounted = {
  selector:
    "CallExpression[callee.object.name='fc'][callee.property.name=/^(property|asyncProperty)$/] IfStatement:not(:has(CallExpression[callee.property.name='is'])):has(:matches(ReturnStatement[argument=null], CallExpression[callee.name='expect']))",
  message:
    'Count the cases that are not vacuous: if (tried.is(...)), and tried.expectShare below (test/builders/tried.ts).',
};

const noDynamicImport = { selector: 'ImportExpression', message: 'Core code imports statically or not at all.' };

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', '.berth/', '.cache/', '**/*.cjs'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.base],
    languageOptions: { sourceType: 'module' },
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'vnf-catalog/**/*.ts', 'dashboards/**/*.ts', 'preview/plan/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/only-throw-error': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': ['error', ...style, noDecorators],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...style, ...ofSources, noDecorators],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [realClock],
    rules: { 'no-restricted-syntax': ['error', ...style, ...ofSources, ...noClock, onceOnly, noDecorators] },
  },
  {
    files: ['src/api/**/*.ts', 'src/app.module.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...style, ...ofSources, ...noClock, ...inTheNameOfACaller],
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  { files: ['src/cli/**/*.ts', 'src/{main,serve}.ts'], rules: { 'no-console': 'off' } },
  {
    // Tests load it in processes of their own, where node only strips the types (shared/module-url.ts); the catalogue's always run so.
    files: ['src/store/**/*.ts', 'src/engine/**/*.ts', 'src/libvirt-xml/**/*.ts', 'vnf-catalog/**/*.ts'],
    rules: { '@typescript-eslint/parameter-properties': 'error' },
  },
  {
    files: inCore,
    rules: {
      'no-restricted-globals': [
        'error',
        ...impureGlobals.map((name) => ({ name, message: 'Core code is pure: take what you need as an argument.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Core code is pure: take a seed or an IdSource.' },
      ],
      'no-restricted-syntax': ['error', ...style, ...ofSources, onceOnly, noDecorators, noDynamicImport],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...style, noDecorators, onlyCounted],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
