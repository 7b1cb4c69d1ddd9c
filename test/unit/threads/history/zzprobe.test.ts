import { TaskBench } from '/work/main/test/support/taskBench';
import { RawCodex } from '/work/main/test/unit/support/rawCodex';
describe('probe', () => {
  it('x', async function () {
    this.timeout(300000);
    const bench = await TaskBench.open({});
    const codex = await RawCodex.start(bench.home);
    const threadId = await codex.startThread(bench.folder);
    const t0 = Date.now();
    const turns = 12;
    for (let i = 0; i < turns; i++) await codex.turnEnded(await codex.startTurn(threadId, Array.from({ length: 25 }, (_, n) => `run:"seq ${n} 2000"`).join(' ') + ' say:done'));
    console.log('made', Date.now() - t0);
    await codex.close();
    const again = await RawCodex.start(bench.home);
    for (let r = 0; r < 2; r++) {
    for (const itemsView of ['summary', 'full']) { const t = Date.now(); const a: any = await again.request('thread/turns/list', { threadId, limit: 20, itemsView }); console.log(itemsView, Date.now() - t, JSON.stringify(a).length, a.data.map((d: any) => d.items.length)); 
    if (itemsView === 'summary') for (const { id } of a.data) { const s = Date.now(); let cursor; let n = 0; let pages = 0; do { const p: any = await again.request('thread/items/list', { threadId, turnId: id, limit: 32, ...(cursor ? { cursor } : {}) }); cursor = p.nextCursor; n += p.data.length; pages++; } while (cursor); console.log('items', n, pages, Date.now() - s); } }
    }
    await again.close();
    await bench.close();
  });
});
