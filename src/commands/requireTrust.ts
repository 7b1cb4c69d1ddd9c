import * as vscode from 'vscode';
import { UserError } from '../base/userError';

/** @throws UserError where the person has not said that what lies in the open folders may decide anything. */
export function requireTrust(refusal = 'so Codex runs nothing in it'): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(`This folder is not trusted, ${refusal}.`, { remedies: [{ kind: 'manageTrust' }] });
}
