// A process that reads and watches the root in its first argument, stops that, and has nothing else to do.
import { once } from 'node:events';
import { silentLog } from '../../../src/base/log';
import { SharedState } from '../../../src/state/sharedState';
import { StateRoot } from '../../../src/state/stateRoot';

const state = new SharedState({ root: new StateRoot(process.argv[2] ?? ''), log: silentLog });
await state.start();
state.onDidChangeThreads(() => process.exit(1));
await state.dispose();
process.send?.('disposed');
await once(process, 'disconnect');
