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

describe('the approval desk', () => {
  it('says what codex wants on one line, without anything that disguises it', () => {
    const desk = new ApprovalDesk(() => undefined);
    void desk.ask(commandRequest(0, 'rm -rf\u001b[1A /\nrm b'));
    assert.equal(desk.first?.summary, 'wants to run rm -rf [1A / rm b');
    assert.equal(desk.first.reason, 'it is stale');
  });

  it('answers with the word that codex knows, also a request whose id is 0', async () => {
    const desk = new ApprovalDesk(() => undefined);
    const answer = desk.ask(commandRequest(0));
    assert.equal(desk.answer(desk.first?.id ?? '', 'accept'), true);
    assert.deepEqual(await answer, { decision: 'accept' });
    assert.equal(desk.first, undefined);
  });

  it('says so when an answer comes too late', () => {
    const desk = new ApprovalDesk(() => undefined);
    void desk.ask(commandRequest(0));
    const id = desk.first?.id ?? '';
    assert.equal(desk.answer(id, 'decline'), true);
    assert.equal(desk.answer(id, 'accept'), false);
  });

  it('grants just the permissions that were asked for, for the turn', async () => {
    const desk = new ApprovalDesk(() => undefined);
    const answer = desk.ask({
      id: 1,
      method: 'item/permissions/requestApproval',
      params: { itemId: 'p', permissions: { network: { enabled: true }, fileSystem: null } },
    });
    desk.answer(desk.first?.id ?? '', 'accept');
    assert.deepEqual(await answer, { permissions: { network: { enabled: true } }, scope: 'turn' });
  });

  it('drops the question that the server takes back, and no other', () => {
    const desk = new ApprovalDesk(() => undefined);
    void desk.ask(commandRequest(0, 'first'));
    void desk.ask(commandRequest(1, 'second'));
    desk.withdraw(0);
    assert.equal(desk.first?.summary, 'wants to run second');
  });

  it('declines what still waits when the run ends', async () => {
    const desk = new ApprovalDesk(() => undefined);
    const [first, second] = [desk.ask(commandRequest(0)), desk.ask(commandRequest(1))];
    desk.dispose();
    assert.deepEqual([await first, await second], [{ decision: 'decline' }, { decision: 'decline' }]);
  });

  it('leaves questions that it does not know to somebody else', () => {
    const desk = new ApprovalDesk(() => undefined);
    assert.equal(desk.ask({ id: 0, method: 'item/tool/call', params: {} }), undefined);
  });
});
