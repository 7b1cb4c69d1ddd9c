import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';

describe('the extension host', () => {
  it('is a VS Code that the manifest promises to support', () => {
    const [major, minor] = vscode.version.split('.').map(Number);
    const [, floor] = /1\.(\d+)\./.exec(manifest.engines.vscode) ?? [];
    assert.equal(major, 1);
    assert.ok(Number(minor) >= Number(floor), `VS Code ${vscode.version}`);
  });

  it('runs on Node 22 or newer', () => {
    assert.ok(Number(process.versions.node.split('.')[0]) >= 22, `Node ${process.version}`);
  });

  it('has a folder open', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });

  it('carries the extension', () => {
    const id = `${manifest.publisher}.${manifest.name}`;
    assert.ok(vscode.extensions.getExtension(id), `${id} is not there`);
  });
});
