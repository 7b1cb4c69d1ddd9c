import assert from 'node:assert/strict';
import { ApprovalDesk } from '../../../src/threads/approvalDesk';
import { parseServerApproval } from '../../../src/threads/serverApproval';
import type { FileEdit } from '../../../src/threads/turnItem';

const commandRequest = (
  id: number,
  command = 'rm -rf build',
): { id: number; method: string; params: unknown } => ({
  id,
  method: 'item/commandExecution/requestApproval',
  params: { itemId: 'call_1', command, reason: 'it is stale' },
});

const onDidChange = (): void => undefined;
const added = (...paths: string[]): FileEdit[] => paths.map((path) => ({ path, kind: 'add', diff: 'x' }));
const newDesk = (editsOf: (itemId: string) => readonly FileEdit[] = () => []): ApprovalDesk =>
  new ApprovalDesk({ onDidChange, editsOf, files: { raise: onDidChange, withdraw: onDidChange } });

describe('the approval desk', () => {
  it('says what codex wants on one line, without anything that disguises it', () => {
    const desk = newDesk();
    void desk.ask(commandRequest(0, 'rm -rf\u001b[1A /\nrm b'));
    assert.equal(desk.first?.summary, 'wants to run rm -rf [1A / rm b');
    assert.equal(desk.first.reason, 'it is stale');
  });

  it('answers with the word that codex knows, also a request whose id is 0', async () => {
    const desk = newDesk();
    const answer = desk.ask(commandRequest(0));
    assert.equal(desk.answer(desk.first?.id ?? '', 'accept'), true);
    assert.deepEqual(await answer, { decision: 'accept' });
    assert.equal(desk.first, undefined);
  });

  it('says so when an answer comes too late', () => {
    const desk = newDesk();
    void desk.ask(commandRequest(0));
    const id = desk.first?.id ?? '';
    assert.equal(desk.answer(id, 'decline'), true);
    assert.equal(desk.answer(id, 'accept'), false);
  });

  it('grants just the permissions that were asked for, for the turn', async () => {
    const desk = newDesk();
    const answer = desk.ask({
      id: 1,
      method: 'item/permissions/requestApproval',
      params: { itemId: 'p', permissions: { network: { enabled: true }, fileSystem: null } },
    });
    desk.answer(desk.first?.id ?? '', 'accept');
    assert.deepEqual(await answer, { permissions: { network: { enabled: true } }, scope: 'turn' });
  });

  it('names the files of a change, which the request itself does not', () => {
    const desk = newDesk((itemId) => (itemId === 'f' ? added('/w/a.ts', '/w/b.ts', '/w/c.ts') : []));
    void desk.ask({ id: 0, method: 'item/fileChange/requestApproval', params: { itemId: 'f' } });
    assert.equal(desk.first?.summary, 'wants to change /w/a.ts and 2 more');
  });

  it('says which permissions are wanted', () => {
    const desk = newDesk();
    const permissions = { network: { enabled: true }, fileSystem: { write: ['/tmp/x'], read: null } };
    void desk.ask({
      id: 0,
      method: 'item/permissions/requestApproval',
      params: { itemId: 'p', permissions },
    });
    assert.equal(desk.first?.summary, 'wants for this turn: the network, files: {"write":["/tmp/x"]}');
  });

  it('drops the question that the server takes back, and no other', () => {
    const desk = newDesk();
    void desk.ask(commandRequest(0, 'first'));
    void desk.ask(commandRequest(1, 'second'));
    desk.withdraw(0);
    assert.equal(desk.first?.summary, 'wants to run second');
  });

  it('cancels what still waits when the run ends, and asks nothing any more', async () => {
    const desk = newDesk();
    const [first, second] = [desk.ask(commandRequest(0)), desk.ask(commandRequest(1))];
    desk.dispose();
    assert.deepEqual([await first, await second], [{ decision: 'cancel' }, { decision: 'cancel' }]);
    assert.deepEqual(await desk.ask(commandRequest(2)), { decision: 'cancel' });
    assert.equal(desk.first, undefined);
  });

  it('leaves questions that it does not know to somebody else', () => {
    const desk = newDesk();
    assert.equal(desk.ask({ id: 0, method: 'item/tool/call', params: {} }), undefined);
  });

  it('tells all that a person has to read', () => {
    const desk = newDesk();
    const params = { itemId: 'c', command: 'a\n\u001bb', cwd: '/w', startedAtMs: 7, reason: 'r' };
    void desk.ask({ id: 0, method: 'item/commandExecution/requestApproval', params });
    assert.deepEqual(desk.first, {
      ...{ id: 'c', kind: 'command', summary: 'wants to run a b', reason: 'r', requestedAt: 7 },
      ...{ command: 'a\nb', cwd: '/w', decisions: ['accept', 'acceptForSession', 'decline', 'cancel'] },
    });
  });

  it('shows a command without the shell that codex hands it to, and hands it on as it is', () => {
    const command = "/bin/bash -lc 'npm test\n# and more'";
    const asked = parseServerApproval(commandRequest(0, command), () => []);
    assert.equal(asked?.approval.summary, 'wants to run npm test # and more');
    assert.equal(asked.approval.command, 'npm test\n# and more');
    assert.equal(asked.file?.command, command);
  });

  it('tells which files are to be changed', () => {
    const desk = newDesk(() => added('/w/a.ts'));
    void desk.ask({ id: 1, method: 'item/fileChange/requestApproval', params: { itemId: 'f' } });
    assert.deepEqual(desk.first?.files, ['/w/a.ts']);
    assert.deepEqual(desk.first.edits, added('/w/a.ts'));
  });

  for (const [said, params] of [
    [
      'wants to reach evil.example (https)',
      { networkApprovalContext: { host: 'evil.example', protocol: 'https' } },
    ],
    ['wants to reach a.b for curl a.b', { networkApprovalContext: { host: 'a.b' }, command: 'curl a.b' }],
    ['wants to type into a running command: yes', { kind: 'writeStdin', command: 'yes' }],
    [
      'wants the network to run curl a.b',
      { additionalPermissions: { network: { enabled: true }, fileSystem: null }, command: 'curl a.b' },
    ],
  ] as const) {
    it(`says what else a command may be about: ${said}`, () => {
      const desk = newDesk();
      void desk.ask({
        id: 0,
        method: 'item/commandExecution/requestApproval',
        params: { itemId: 'c', ...params },
      });
      assert.equal(desk.first?.summary, said);
    });
  }

  const all = ['accept', 'acceptForSession', 'decline', 'cancel'];
  const amendment = { acceptWithExecpolicyAmendment: {} };
  for (const [what, available, offered] of [
    ['the words that codex lists', ['accept', amendment, 'cancel', 'later'], ['accept', 'cancel']],
    [
      'nothing that is not listed, be it accept',
      ['cancel', 'acceptForSession'],
      ['acceptForSession', 'cancel'],
    ],
    ['all where an older server lists nothing', null, all],
    ['all where the list is none', 'accept', all],
    ['a way to say no beside accept', ['accept'], ['accept', 'decline']],
    ['a way to say no beside what is no word', [amendment], ['decline']],
    ['a way to say no in any case', [], ['decline']],
  ] as const) {
    it(`offers ${what}`, () => {
      const asked = parseServerApproval(
        {
          ...{ id: 0, method: 'item/commandExecution/requestApproval' },
          params: { itemId: 'c', command: 'ls', availableDecisions: available },
        },
        () => [],
      );
      assert.deepEqual(asked?.approval.decisions, offered);
      assert.deepEqual(asked.file?.decisions, offered);
    });
  }

  it('shares commands and changes of files by ids that can be file names, never the same twice', () => {
    const raised: string[] = [];
    const withdrawn: string[] = [];
    let answer = (decision: 'accept'): void => assert.fail(decision);
    const desk = new ApprovalDesk({
      onDidChange,
      editsOf: () => [],
      files: {
        raise: ({ id, type }, onDecision) => {
          raised.push(`${type} ${id}`);
          answer = onDecision;
        },
        withdraw: (id) => withdrawn.push(id),
      },
    });
    const ask = (kind: string, params: unknown): void =>
      void desk.ask({ id: raised.length, method: `item/${kind}/requestApproval`, params });
    ask('commandExecution', { itemId: 'item', approvalId: 'own' });
    ask('fileChange', { itemId: 'own' });
    ask('fileChange', { itemId: '../x' });
    ask('permissions', { itemId: 'p' });
    assert.equal(raised[0], 'commandExecution own');
    for (const each of raised.slice(1)) assert.match(each, /^fileChange approval-[0-9a-f]{8}$/);
    assert.equal(raised.length, 3);
    answer('accept');
    assert.equal(withdrawn.length, 1);
    assert.equal(raised[2], `fileChange ${withdrawn[0]}`);
    desk.dispose();
    assert.equal(withdrawn.length, 4);
  });
});
