import type { Benchmark } from './benchmark';
import { openInPage } from './openInPage';
import { openInWorkbench } from './openInWorkbench';

/**
 * A thread of 2,000 items and 20 MB: from the click on its row in the real window until its newest turn is on the
 * screen with all its steps, where another transcript is open, and `/cold` where it is the first of the window.
 */
export const open2000Items: Benchmark = {
  name: 'open-2000-items',
  async run({ packaged, note }) {
    const { warm, cold } = await openInWorkbench(await packaged(), note);
    const { opened, scrolled } = await openInPage();
    return [
      { name: 'open-2000-items', unit: 'ms', samples: warm, aims: [{ below: 300 }] },
      { name: 'open-2000-items/cold', unit: 'ms', samples: cold },
      { name: 'open-2000-items/page', unit: 'ms', samples: opened },
      { name: 'open-2000-items/scroll', unit: 'ms', samples: scrolled, aims: [{ below: 50, of: 'p95' }] },
    ];
  },
};
