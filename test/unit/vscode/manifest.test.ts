import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { DEFAULT_RUN_OPTIONS, APPROVAL_POLICIES, SANDBOX_MODES } from '../../../src/threads/runOptions';
import { CommandId, EditorId, Setting, SETTINGS_SECTION, ViewId } from '../../../src/vscode/contributions';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { command: string; category: string; title: string }[];
    readonly views: Record<string, readonly { id: string }[]>;
    readonly customEditors: readonly { viewType: string }[];
    readonly menus: Record<string, readonly { command: string; when: string }[]>;
    readonly viewsWelcome: readonly { view: string; contents: string }[];
    readonly configuration: {
      readonly properties: Record<string, { default: unknown; enum?: readonly string[]; scope: string }>;
    };
  };
  readonly capabilities: { untrustedWorkspaces: { restrictedConfigurations: readonly string[] } };
}

describe('package.json and the code', () => {
  let manifest: Manifest;
  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
  });

  it('know the same commands', () => {
    const contributed = manifest.contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(contributed, Object.values<string>(CommandId).sort());
    assert.ok(manifest.contributes.commands.every(({ category }) => category === 'Codex'));
  });

  it('know the same views', () => {
    const contributed = Object.values(manifest.contributes.views).flat();
    assert.deepEqual(contributed.map(({ id }) => id).sort(), Object.values<string>(ViewId).sort());
    assert.ok(manifest.contributes.viewsWelcome.every(({ view }) => view === ViewId.threads));
  });

  it('know the same editors', () => {
    const contributed = manifest.contributes.customEditors.map(({ viewType }) => viewType);
    assert.deepEqual(contributed.sort(), Object.values<string>(EditorId).sort());
  });

  it('know the same settings, with the same defaults', () => {
    const { properties } = manifest.contributes.configuration;
    const names = Object.values<string>(Setting).map((name) => `${SETTINGS_SECTION}.${name}`);
    assert.deepEqual(Object.keys(properties).sort(), names.sort());
    const at = (name: string): unknown => properties[`${SETTINGS_SECTION}.${name}`]?.default;
    assert.equal(at(Setting.sandbox), DEFAULT_RUN_OPTIONS.sandbox);
    assert.equal(at(Setting.approvalPolicy), DEFAULT_RUN_OPTIONS.approvalPolicy);
    assert.equal(at(Setting.timeoutSeconds), DEFAULT_RUN_OPTIONS.timeoutSeconds);
    assert.deepEqual(properties[`${SETTINGS_SECTION}.sandbox`]?.enum, SANDBOX_MODES);
    assert.deepEqual(properties[`${SETTINGS_SECTION}.approvalPolicy`]?.enum, APPROVAL_POLICIES);
  });

  it('let an untrusted workspace decide nothing about a run', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const names = Object.values<string>(Setting).map((name) => `${SETTINGS_SECTION}.${name}`);
    assert.deepEqual([...restrictedConfigurations].sort(), names.sort());
    assert.equal(manifest.contributes.configuration.properties['codexCollab.codexPath']?.scope, 'machine');
  });

  it('mention only commands that exist in menus and in the empty view', () => {
    const known = new Set<string>(Object.values<string>(CommandId));
    const inMenus = Object.values(manifest.contributes.menus).flat();
    for (const { command } of inMenus) assert.ok(known.has(command), command);
    const links = manifest.contributes.viewsWelcome.flatMap(({ contents }) => [
      ...contents.matchAll(/command:(codexCollab\.\w+)/g),
    ]);
    assert.ok(links.length > 0);
    for (const [, command] of links) assert.ok(known.has(command ?? ''), command);
  });
});
