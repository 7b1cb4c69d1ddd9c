import * as vscode from 'vscode';

/**
 * Text of a model, a file or another program for a message or an input box. VS Code turns `[a](b)` in them
 * into a link, which may be a command, and `$(x)` into an icon: an invisible character breaks the pairs and
 * leaves everything readable.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', ']\u2060(').replaceAll('$(', '$\u2060(');
}

/** The button that was clicked; undefined when the message was closed. */
type Pick = Promise<string | undefined>;

/** The only place where messages are shown: nothing in them becomes a link. */
export const messages = {
  info: async (text: string, ...buttons: string[]): Pick =>
    await vscode.window.showInformationMessage(plainText(text), ...buttons),

  warn: async (text: string, ...buttons: string[]): Pick =>
    await vscode.window.showWarningMessage(plainText(text), ...buttons),

  error: async (text: string, ...buttons: string[]): Pick =>
    await vscode.window.showErrorMessage(plainText(text), ...buttons),

  /** A dialog that has to be answered; it has a Cancel button of its own. */
  ask: async (text: string, detail: string, ...buttons: string[]): Pick =>
    await vscode.window.showWarningMessage(
      plainText(text),
      { modal: true, detail: plainText(detail) },
      ...buttons,
    ),
};
