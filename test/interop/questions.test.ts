import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log';
import { answerQuestion, mailboxesIn, pendingQuestions } from '../../src/state/questionMailbox';
import { QuestionWatch } from '../../src/state/questionWatch';
import { waitUntil } from '../support/processes';

const KEY = 'repo-0123456789abcdef';
const PROGRAM = join(import.meta.dirname, 'programs', 'ask.mjs');

describe('28 a question of a run', () => {
  let dir: string;
  let root: string;
  let watch: QuestionWatch;
  let askers: ChildProcess[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'questions-'));
    root = join(dir, 'codex-collab-1000');
    await mkdir(root, { mode: 0o700 });
    watch = new QuestionWatch(root, false, silentLog);
    askers = [];
  });
  afterEach(async () => {
    watch.dispose();
    for (const asker of askers) asker.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  /** Asks, and gathers what it prints. */
  const ask = (seconds: number, question: string): { asker: ChildProcess; said: () => string } => {
    const args = [PROGRAM, root, KEY, '/work/repo', String(seconds), question];
    const asker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    askers.push(asker);
    let text = '';
    asker.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    return { asker, said: () => text };
  };
  const shown = async (count = 1): Promise<void> => {
    await waitUntil(() => watch.pending().length === count, {
      timeoutMs: 10_000,
      what: `${count} questions`,
    });
  };

  it('is seen, and answered: the asker prints the answer, and no file is left', async () => {
    await watch.start();
    const { asker, said } = ask(60, 'What now?\nline2');
    await shown();
    const [question] = watch.pending();
    assert.ok(question !== undefined);
    assert.equal(question.text, 'What now?\nline2');
    assert.equal(question.workspaceDir, '/work/repo');
    assert.ok(question.expiresAt - question.askedAt === 60_000);
    await answerQuestion(question, 'Go on.\nÜberall');
    await once(asker, 'exit');
    assert.match(said(), /answer Go on\.\nÜberall/);
    await shown(0);
    assert.deepEqual(await readdir(question.mailbox), []);
  });

  it('is seen although there was no mailbox at all', async () => {
    await rm(root, { recursive: true });
    await watch.start();
    ask(60, 'First?');
    await shown();
  });

  it('is there at the start, too', async () => {
    const { said } = ask(60, 'What now?');
    await waitUntil(() => said().includes('posted'), { timeoutMs: 10_000, what: 'the question' });
    await watch.start();
    assert.equal(watch.pending().length, 1);
  });

  it('is answered by one of two who try', async () => {
    await watch.start();
    const { asker, said } = ask(60, 'What now?');
    await shown();
    const [question] = watch.pending();
    assert.ok(question !== undefined);
    const tries = await Promise.allSettled([
      answerQuestion(question, 'one'),
      answerQuestion(question, 'two'),
    ]);
    assert.deepEqual(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await once(asker, 'exit');
    assert.match(said(), tries[0].status === 'fulfilled' ? /answer one/ : /answer two/);
    await assert.rejects(answerQuestion(question, 'late'), /answered or given up meanwhile/);
    assert.deepEqual(await readdir(question.mailbox), []);
  });

  it('goes when its time is over, and when its asker dies', async () => {
    await watch.start();
    const brief = ask(1, 'Quick?');
    await shown();
    await once(brief.asker, 'exit');
    assert.match(brief.said(), /expired/);
    await shown(0);
    const { asker } = ask(60, 'Slow?');
    await shown();
    const [question] = watch.pending();
    assert.ok(question !== undefined);
    asker.kill('SIGKILL');
    await once(asker, 'exit');
    await assert.rejects(answerQuestion(question, 'x'), /given up meanwhile/);
    await shown(0);
    const left = (await readdir(question.mailbox)).filter((name) => name.includes('.answer'));
    assert.deepEqual(left, []);
  });

  it('is not read where somebody else could have put it', async () => {
    const mailbox = join(root, KEY, 'questions');
    await mkdir(mailbox, { recursive: true, mode: 0o700 });
    assert.deepEqual(await mailboxesIn(root), [mailbox]);
    await chmod(mailbox, 0o722);
    assert.deepEqual(await mailboxesIn(root), []);
    await chmod(mailbox, 0o700);
    await chmod(root, 0o777);
    assert.equal(await mailboxesIn(root), undefined);
    await chmod(root, 0o700);
    await symlink(join(root, KEY), join(root, 'other-0123456789abcdef'));
    assert.deepEqual(await mailboxesIn(root), [mailbox]);
  });

  it('is left out while it is damaged, hostile or no question', async () => {
    const mailbox = join(root, KEY, 'questions');
    await mkdir(mailbox, { recursive: true, mode: 0o700 });
    const good = {
      question: 'a?',
      askedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
      pid: -5,
      id: '../../x',
    };
    const files: Record<string, string> = {
      'q0000001.json': JSON.stringify(good),
      'q0000002.json': '{"question": "half',
      'q0000003.json': 'null',
      'q0000004.json': JSON.stringify({ ...good, expiresAt: 'tomorrow' }),
      'q0000005.json': JSON.stringify({ ...good, expired: true }),
      'q0000006.json': JSON.stringify({ ...good, question: 'x'.repeat(300_000) }),
      'q0000007.json.tmp': JSON.stringify(good),
      'evil.json': JSON.stringify(good),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(mailbox, name), text);
    await symlink(join(mailbox, 'q0000001.json'), join(mailbox, 'q0000008.json'));
    const found = await pendingQuestions(mailbox, Date.now());
    assert.deepEqual(
      found.map(({ id, pid }) => [id, pid]),
      [['q0000001', undefined]],
    );
  });
});
