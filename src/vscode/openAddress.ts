import * as vscode from 'vscode';

/**
 * Opens an address of the web outside of VS Code, exactly as it stands in `href`; false when it was not opened.
 * The parameter has the wrong type on purpose: VS Code takes a string as well, and passes it on as it is. What
 * it parses into a `Uri` it writes anew, with `%2F` and the like decoded, which may be the address of somebody else.
 */
export async function openAddress(href: string): Promise<boolean> {
  return await vscode.env.openExternal(href as unknown as vscode.Uri);
}
