// @ts-check
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * One block a layer: what it may not import, and the sentence a person reads who tries.
 * Imports point down only: extension → commands, views → threads → state, appServer → base.
 */
const layers = [
  { layer: 'base', forbidden: ['state', 'appServer', 'threads', 'commands', 'views', 'vscode'] },
  { layer: 'state', forbidden: ['appServer', 'threads', 'commands', 'views', 'vscode'] },
  { layer: 'appServer', forbidden: ['state', 'threads', 'commands', 'views', 'vscode'] },
  { layer: 'threads', forbidden: ['commands', 'views', 'vscode'] },
  { layer: 'vscode', forbidden: ['state', 'appServer', 'commands', 'views'] },
  { layer: 'views', forbidden: ['state', 'appServer', 'commands'] },
  { layer: 'commands', forbidden: ['state', 'appServer', 'views'] },
];

/** The layers that run in plain Node, without an editor. */
const withoutEditor = ['base', 'state', 'appServer', 'threads'];

const layerBlocks = layers.map(({ layer, forbidden }) => ({
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
  // One call after the other, each building one object.
  { files: ['src/extension.ts'], rules: { 'max-lines-per-function': ['error', { max: 80 }] } },
  ...layerBlocks,
);
