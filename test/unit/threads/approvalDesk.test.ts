import assert from 'node:assert/strict';
import { ApprovalDesk } from '../../../src/threads/approvalDesk';

const commandRequest = (
  id: number,
  command = 'rm -rf build',
): { id: number; method: string; params: unknown } => ({
  id,
  method: 'item/commandExecution/requestApproval',
  params: { itemId: 'call_1', command, reason: 'it is stale' },
});

const newDesk = (filesOf: (itemId: string) => readonly string[] = () => []): ApprovalDesk =>
  new ApprovalDesk(() => undefined, filesOf);

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
    const desk = newDesk((itemId) => (itemId === 'f' ? ['/w/a.ts', '/w/b.ts', '/w/c.ts'] : []));
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
});
