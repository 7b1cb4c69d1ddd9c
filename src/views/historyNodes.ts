import type { HistoryItem, Turn } from '../threads/history/turn';
import type { HistoryNode, TurnNode } from './treeNodes';

/** The rows below a thread by their places: VS Code tells rows apart by object, so that one is kept for life. */
export type KeptNodes = Map<string, HistoryNode>;

/** The node of that place, which is `node` when there was none yet. */
export function keep<T extends HistoryNode>(nodes: KeptNodes, key: string, node: T): T {
  const kept = nodes.get(key);
  if (kept?.kind === node.kind) return kept as T;
  nodes.set(key, node);
  return node;
}

export function turnNode(nodes: KeptNodes, threadId: string, { id }: Turn): TurnNode {
  return keep(nodes, `turn ${id}`, { kind: 'turn', threadId, turnId: id });
}

/** A change of several files has a row for each. */
export function stepNodes(
  nodes: KeptNodes,
  { threadId, turnId }: { readonly threadId: string; readonly turnId: string },
  step: HistoryItem,
): HistoryNode[] {
  const place = { threadId, turnId, itemId: step.id };
  if (step.kind !== 'fileChange' || step.changes.length === 0)
    return [keep(nodes, `item ${turnId} ${step.id}`, { kind: 'item', ...place })];
  return step.changes.map(({ path }) =>
    keep(nodes, `file ${turnId} ${step.id} ${path}`, { kind: 'file', ...place, path }),
  );
}
