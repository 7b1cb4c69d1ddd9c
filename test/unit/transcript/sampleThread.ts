import type { HistoryItem } from '../../../src/threads/history/turn';
import type { TranscriptThread, TranscriptTurn } from '../../../src/transcript/messages';

/** A thread at rest. */
export function sampleThread(fields: Partial<TranscriptThread> = {}): TranscriptThread {
  return {
    id: '01a202fc-15c7-7880-9341-97614e04765e',
    title: 'Add input validation',
    status: 'completed',
    statusText: 'Completed',
    reason: undefined,
    owner: undefined,
    details: 'api · gpt-6 · workspace-write',
    cwd: '/w/api',
    prompt: { mode: 'resume' },
    canStop: false,
    turnStartedAt: undefined,
    tokenUsage: undefined,
    goal: undefined,
    approval: undefined,
    ...fields,
  };
}

/** A completed turn. */
export function sampleTurn(
  id: string,
  items: readonly HistoryItem[],
  fields: Partial<TranscriptTurn> = {},
): TranscriptTurn {
  return {
    id,
    status: 'completed',
    prompt: `Prompt of ${id}`,
    startedAt: Date.parse('2026-01-02T03:04:05.000Z'),
    durationMs: 134_000,
    error: undefined,
    items,
    hasAllItems: true,
    plan: undefined,
    totals: undefined,
    ...fields,
  };
}

export function message(id: string, text: string, status: HistoryItem['status'] = 'completed'): HistoryItem {
  return { id, kind: 'message', status, text, isFinal: true };
}

export function command(
  id: string,
  fields: Partial<Extract<HistoryItem, { kind: 'command' }>> = {},
): HistoryItem {
  return {
    id,
    kind: 'command',
    status: 'completed',
    command: 'npm test',
    cwd: '/w/api',
    exitCode: 0,
    output: 'ok 1\nok 2\n',
    durationMs: 12_000,
    ...fields,
  };
}

export function fileChange(id: string, status: HistoryItem['status'] = 'completed'): HistoryItem {
  return {
    id,
    kind: 'fileChange',
    status,
    changes: [
      {
        path: '/w/api/src/login.ts',
        kind: 'update',
        diff: '@@ -10,4 +10,5 @@ export function login(\n   const user = find(name);\n-  if (!user) return;\n+  if (user === undefined) throw new LoginError(name);\n+  assertValid(password);\n   return user;\n',
      },
      { path: '/w/api/src/validation/password.ts', kind: 'add', diff: 'export const minLength = 12;\n' },
      { path: '/w/api/old.ts', kind: 'delete', diff: 'one\ntwo\n' },
    ],
  };
}
