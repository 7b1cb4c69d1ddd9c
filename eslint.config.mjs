// @ts-check
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * One block a layer: what it may not import, and the sentence a person reads who tries.
 * Imports point down only: extension → commands, views → threads → state, appServer → base.
 */
const layers = [
  {
    layer: 'base',
    forbidden: ['state', 'appServer', 'threads', 'commands', 'views', 'vscode', 'transcript'],
  },
  { layer: 'state', forbidden: ['appServer', 'threads', 'commands', 'views', 'vscode', 'transcript'] },
  { layer: 'appServer', forbidden: ['state', 'threads', 'commands', 'views', 'vscode', 'transcript'] },
  { layer: 'threads', forbidden: ['commands', 'views', 'vscode', 'transcript'] },
  { layer: 'vscode', forbidden: ['state', 'appServer', 'commands', 'views', 'transcript'] },
  {
    layer: 'views',
    forbidden: ['state', 'appServer', 'commands'],
    pattern: {
      group: ['../transcript/*', '!../transcript/messages'],
      message: 'The page of the transcript is a program of its own: of it views/ knows messages.ts.',
    },
  },
  { layer: 'commands', forbidden: ['state', 'appServer', 'views', 'transcript'] },
  {
    layer: 'transcript',
    forbidden: ['state', 'appServer', 'commands', 'views', 'vscode'],
    pattern: {
      group: ['../threads/*'],
      allowTypeImports: true,
      message: 'transcript/ runs in the browser: of threads/ it knows the types.',
    },
  },
];

/** The layers that run without an editor. */
const withoutEditor = ['base', 'state', 'appServer', 'threads', 'transcript'];

const layerBlocks = layers.map(({ layer, forbidden, pattern }) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: withoutEditor.includes(layer)
          ? [{ name: 'vscode', message: `${layer}/ runs without an editor: keep 'vscode' out of it.` }]
          : [],
        patterns: [
          {
            group: forbidden.flatMap((name) => [`../${name}/*`, `**/../${name}/*`]),
            message: `Imports point down only: ${layer}/ knows nothing of that layer (ARCHITECTURE.md).`,
          },
          ...(pattern === undefined ? [] : [pattern]),
        ],
      },
    ],
  },
}));

export default defineConfig(
  globalIgnores(['dist', 'out', 'src/appServer/protocol']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['methods'] }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: a thing has one name.' },
        {
          selector: 'ExportAllDeclaration',
          message: 'No barrels: import from the file that owns the thing.',
        },
      ],
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/vscode/messages.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'].map((property) => ({
          property,
          message: 'Use vscode/messages.ts: VS Code turns text of models and files into links.',
        })),
      ],
    },
  },
  {
    files: ['src/transcript/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'srcdoc'].map((property) => ({
          property,
          message: 'Build elements (element.ts): what the page shows was written by a model.',
        })),
      ],
    },
  },
  // One call after the other, each building one object.
  { files: ['src/extension.ts'], rules: { 'max-lines-per-function': ['error', { max: 80 }] } },
  ...layerBlocks,
);
