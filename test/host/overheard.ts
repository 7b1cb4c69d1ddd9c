import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/eventually';

/** A message of the extension, and the click on one of its buttons (or its cross). */
export interface Message {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly click: (button?: string) => void;
}

/** What a box for a prompt said before anything was typed. */
export interface Asked {
  readonly title: string | undefined;
  readonly value: string;
}

/**
 * What the extension asks of VS Code, which tells nobody what it shows: overheard on the way, until it is disposed.
 * A message stands until it is clicked.
 */
export class Overheard {
  /** The context keys that were set since. */
  readonly contextKeys = new Map<string, unknown>();
  readonly #messages: Message[] = [];
  readonly #calls: (readonly unknown[])[] = [];
  readonly #stands: readonly vscode.Disposable[];
  #box: vscode.InputBox | undefined;
  #typed: vscode.InputBox | undefined;

  /** Each editor may have an API object of its own for ES modules, of which the extension is one. */
  constructor({ commands, window }: Pick<typeof vscode, 'commands' | 'window'>) {
    const execute = commands.executeCommand.bind(commands);
    const createInputBox = window.createInputBox.bind(window);
    const tell = (text: string, ...rest: unknown[]): Promise<string | undefined> =>
      new Promise((click) => {
        const buttons = rest.filter((each) => typeof each === 'string');
        this.#messages.push({ text, buttons, click });
      });
    this.#stands = [
      replace(window, {
        ...{ showInformationMessage: tell, showWarningMessage: tell, showErrorMessage: tell },
        createInputBox: () => {
          this.#box = createInputBox();
          return this.#box;
        },
      }),
      replace(commands, {
        executeCommand: (command: string, ...args: unknown[]) => {
          if (command === 'setContext') this.contextKeys.set(String(args[0]), args[1]);
          else this.#calls.push([command, ...args]);
          return execute(command, ...args);
        },
      }),
    ];
  }

  dispose(): void {
    for (const message of this.#messages) message.click();
    for (const stand of this.#stands) stand.dispose();
  }

  /** The messages that nobody has asked for yet, a line each, the oldest first. */
  get said(): string {
    return this.#messages.map(({ text }) => text).join('\n');
  }

  /** The message that says so; it counts once. */
  async message(pattern: RegExp): Promise<Message> {
    const place = await eventually(
      () => this.#messages.findIndex(({ text }) => pattern.test(text)),
      (found) => assert.ok(found >= 0, this.said),
    );
    return this.#messages.splice(place, 1)[0] ?? assert.fail();
  }

  /** What that command was last called with. */
  async called(command: string): Promise<readonly unknown[]> {
    const call = await eventually(
      () => this.#calls.findLast(([name]) => name === command) ?? [],
      (found) => assert.equal(found[0], command),
    );
    return call.slice(1);
  }

  /** Types into the box for a prompt once that is open, and Enter. */
  async type(prompt: string): Promise<Asked> {
    const box = await eventually(
      () => this.#box,
      (created) => assert.ok(created !== undefined, this.said),
    );
    assert.ok(box !== undefined);
    this.#box = undefined;
    this.#typed = box;
    const { title, value } = box;
    box.value = prompt;
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return { title, value };
  }

  /** Enter once more in the same box, when it takes that again; what stands in it. */
  async enterAgain(): Promise<string> {
    const box = this.#typed ?? assert.fail('Nothing was typed.');
    await eventually(
      () => box.enabled,
      (isEnabled) => assert.ok(isEnabled),
    );
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return box.value;
  }
}

/** Puts `values` in place of what `target` has, until it is disposed. */
export function replace(target: object, values: Readonly<Record<string, unknown>>): vscode.Disposable {
  const before = Object.keys(values).map((key) => [key, Reflect.get(target, key) as unknown] as const);
  Object.assign(target, values);
  return new vscode.Disposable(() => void Object.assign(target, Object.fromEntries(before)));
}
