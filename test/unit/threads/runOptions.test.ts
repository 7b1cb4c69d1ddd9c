import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/userError';
import { DEFAULT_RUN_OPTIONS, resolveRunOptions } from '../../../src/threads/runOptions';

describe('the options of a run', () => {
  it("are the CLI's defaults when nobody has set anything", () => {
    assert.deepEqual(resolveRunOptions({}, {}), DEFAULT_RUN_OPTIONS);
    assert.equal(DEFAULT_RUN_OPTIONS.sandbox, 'workspace-write');
    assert.equal(DEFAULT_RUN_OPTIONS.approvalPolicy, 'never');
    assert.equal(DEFAULT_RUN_OPTIONS.timeoutSeconds, 1200);
  });

  it('come field by field from the first source that sets them', () => {
    const options = resolveRunOptions(
      { sandbox: 'read-only', model: '' },
      { sandbox: 'danger-full-access', model: 'gpt', timeoutSeconds: 60 },
    );
    assert.equal(options.sandbox, 'read-only');
    assert.equal(options.model, 'gpt');
    assert.equal(options.timeoutSeconds, 60);
  });

  it('ask on request where the CLI says a policy that codex no longer takes', () => {
    assert.equal(resolveRunOptions({ approvalPolicy: 'on-failure' }).approvalPolicy, 'on-request');
    assert.equal(resolveRunOptions({ approvalPolicy: 'auto' }).approvalPolicy, 'on-request');
  });

  it('refuse a value that codex does not know, and name the ones it does', () => {
    assert.throws(
      () => resolveRunOptions({ sandbox: 'everything' }),
      (error: unknown) => error instanceof UserError && error.message.includes('workspace-write'),
    );
    assert.throws(() => resolveRunOptions({ timeoutSeconds: 0 }), UserError);
    assert.throws(() => resolveRunOptions({ timeoutSeconds: NaN }), UserError);
    assert.throws(() => resolveRunOptions({ timeoutSeconds: 3_000_000 }), UserError);
  });
});
