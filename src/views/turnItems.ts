import { basename, dirname, isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';
import { duration } from '../base/duration';
import { commandInShell } from '../base/shellCommand';
import type { HistoryItem, ProgressStatus, Turn } from '../threads/history/turn';
import { cutAtWord, singleLine } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import { plainMarkdown } from './plainMarkdown';
import type { FileNode, ItemNode, MoreTurnsNode, NoTurnsNode, TurnNode } from './treeNodes';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** How much of a prompt, a message or a command a row holds; VS Code cuts it to the width of the view. */
const MAX_LABEL = 120;
/** How much of an output a tooltip shows, from its end. */
const MAX_TOOLTIP = 1_000;

const ERROR = new vscode.ThemeColor('list.errorForeground');

/** What a turn's row shows that the turn itself does not say. */
export interface TurnRowFacts {
  /** Its place among the thread's turns, where that is known. */
  readonly number: number | undefined;
  /** "+12 −3" of its files. */
  readonly totals: string | undefined;
  readonly isOpen: boolean;
}

export function turnItem(
  { threadId, turnId }: TurnNode,
  turn: Turn,
  { number, totals, isOpen }: TurnRowFacts,
): vscode.TreeItem {
  const prompt = oneLine(turn.prompt ?? '') || 'Turn without a prompt';
  const label = number === undefined ? prompt : `Turn ${number} · ${prompt}`;
  const item = new vscode.TreeItem(label, isOpen || turn.status === 'running' ? Expanded : Collapsed);
  const state = turn.error === undefined ? stateOf(turn.status) : oneLine(turn.error);
  item.id = `turn.${threadId}.${turnId}`;
  item.description = joined(state, durationOf(turn.durationMs), totals);
  item.iconPath = turnIcon(turn.status);
  item.contextValue =
    turn.status === 'running' ? 'turn.running' : totals === undefined ? 'turn' : 'turn.changed';
  item.accessibilityInformation = { label: joined(wordOf(turn.status), label, state, totals) };
  return item;
}

export function historyItem({ threadId, turnId }: ItemNode, step: HistoryItem): vscode.TreeItem {
  const { icon, label, description } = looksOf(step);
  const item = new vscode.TreeItem(label, None);
  item.id = `item.${threadId}.${turnId}.${step.id}`;
  item.description = joined(description, durationOf(step.durationMs));
  item.iconPath = stepIcon(step.status, icon);
  item.contextValue = `item.${step.kind}`;
  item.accessibilityInformation = { label: joined(wordOf(step.status), label, description) };
  item.command = openTranscript(threadId);
  return item;
}

/** What a file's row shows that its node does not say. */
export interface FileRowFacts {
  /** Of the step that changed it. */
  readonly status: ProgressStatus;
  /** "+12 −3" of that step. */
  readonly totals: string;
  /** What paths are told relative to. */
  readonly cwd: string | undefined;
  readonly isTurnRunning: boolean;
}

export function fileItem(node: FileNode, facts: FileRowFacts): vscode.TreeItem {
  const { status, totals, cwd, isTurnRunning } = facts;
  const name = singleLine(basename(node.path));
  const item = new vscode.TreeItem(name, None);
  const folder = dirname(cwd === undefined ? node.path : relativePath(cwd, node.path));
  item.id = `file.${node.threadId}.${node.turnId}.${node.itemId}.${node.path}`;
  item.description = joined(totals, folder === '.' ? undefined : singleLine(folder), stateOf(status));
  item.iconPath = stepIcon(status, 'edit');
  item.tooltip = singleLine(node.path);
  // Nothing is taken back from a turn that is at it.
  item.contextValue = isTurnRunning ? 'file.running' : 'file';
  item.accessibilityInformation = { label: joined('Edited', name, totals, stateOf(status)) };
  item.command = { command: CommandId.openFileChange, title: 'Open Changes', arguments: [node] };
  return item;
}

export function moreTurnsItem(node: MoreTurnsNode): vscode.TreeItem {
  const item = new vscode.TreeItem('Show Older Turns', None);
  item.id = `moreTurns.${node.threadId}`;
  item.contextValue = 'more';
  item.command = { command: CommandId.showMore, title: 'Show Older Turns', arguments: [node] };
  return item;
}

export function noTurnsItem({ threadId, place, text, isLoading }: NoTurnsNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.id = `noTurns.${threadId}.${place}`;
  item.iconPath = new vscode.ThemeIcon(isLoading ? 'loading~spin' : 'info');
  item.contextValue = 'noTurns';
  if (threadId !== '') item.command = openTranscript(threadId);
  return item;
}

/** What a step's tooltip says in full: its text, and the end of its output. */
export function stepTooltip(step: HistoryItem): vscode.MarkdownString {
  const text = wholeText(step);
  const output = 'output' in step ? step.output.trimEnd().slice(-MAX_TOOLTIP) : '';
  const parts = [plainMarkdown(cutAtWord(text.slice(0, 10_000), MAX_TOOLTIP))];
  if (output !== '') parts.push('---', plainMarkdown(output));
  return new vscode.MarkdownString(parts.join('\n\n'));
}

/** What a step says in its own words, whole: the command, the message, the question of a search… */
export function wholeText(step: HistoryItem): string {
  if ('command' in step) return step.command;
  return 'text' in step ? step.text : looksOf(step).label;
}

interface Looks {
  readonly icon: string;
  readonly label: string;
  readonly description?: string | undefined;
}

function looksOf(step: HistoryItem): Looks {
  switch (step.kind) {
    case 'prompt':
      return { icon: 'comment', label: oneLine(step.text) };
    case 'message':
      return {
        icon: step.isFinal ? 'comment-discussion' : 'comment',
        label: oneLine(step.text) || 'Writing…',
      };
    case 'reasoning':
      return { icon: 'lightbulb', label: oneLine(step.text) || 'Thinking' };
    case 'command': {
      const exit = step.exitCode === undefined ? stateOf(step.status) : `exit ${step.exitCode}`;
      return { icon: 'terminal', label: oneLine(commandInShell(step.command)), description: exit };
    }
    case 'fileChange': {
      const paths = step.changes.map(({ path }) => singleLine(basename(path)));
      return { icon: 'edit', label: paths.join(', ') || 'Edit', description: stateOf(step.status) };
    }
    case 'tool':
      return { icon: 'tools', label: singleLine(step.name), description: stateOf(step.status) };
    case 'webSearch':
      return { icon: 'search', label: oneLine(step.query) || 'Web search' };
    case 'plan':
      return { icon: 'checklist', label: oneLine(step.text) || 'Plan' };
    case 'review':
      return { icon: 'eye', label: oneLine(step.text) || 'Review' };
    case 'image':
      return { icon: 'file-media', label: step.path === undefined ? 'Image' : singleLine(step.path) };
    case 'subAgent':
      return { icon: 'organization', label: oneLine(step.text) };
    case 'error':
      return {
        icon: 'error',
        label: oneLine(step.message),
        description: step.willRetry ? 'trying again' : undefined,
      };
    case 'note':
      return { icon: 'info', label: oneLine(step.text) };
  }
}

function stepIcon(status: ProgressStatus, icon: string): vscode.ThemeIcon {
  switch (status) {
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'failed':
      return new vscode.ThemeIcon(icon, ERROR);
    case 'declined':
      return new vscode.ThemeIcon('circle-slash');
    default:
      return new vscode.ThemeIcon(icon);
  }
}

function turnIcon(status: ProgressStatus): vscode.ThemeIcon {
  switch (status) {
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'completed':
      return new vscode.ThemeIcon('check');
    case 'failed':
    case 'declined':
      return new vscode.ThemeIcon('error', ERROR);
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
    case 'unknown':
      return new vscode.ThemeIcon('circle-outline');
  }
}

/** What is worth saying of a status: nothing of one that its icon says, or that is as it should be. */
function stateOf(status: ProgressStatus): string | undefined {
  return status === 'failed' || status === 'declined' || status === 'interrupted' ? status : undefined;
}

function wordOf(status: ProgressStatus): string | undefined {
  return status === 'unknown' ? undefined : `${status.charAt(0).toUpperCase()}${status.slice(1)}`;
}

function durationOf(ms: number | undefined): string | undefined {
  return ms === undefined || ms < 1000 ? undefined : duration(ms);
}

function oneLine(text: string): string {
  return cutAtWord(singleLine(text.slice(0, 4 * MAX_LABEL)), MAX_LABEL);
}

/** Those parts that say something. */
export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** From `cwd` for what lies in it, else absolute. */
export function relativePath(cwd: string, path: string): string {
  const inside = relative(cwd, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

/** What a click on a row below a thread does. */
export function openTranscript(threadId: string): vscode.Command {
  const argument = { id: threadId, preserveFocus: true };
  return { command: CommandId.openTranscript, title: 'Open Transcript', arguments: [argument] };
}
