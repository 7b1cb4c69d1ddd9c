// Enters threads into the global index as a window does: node --import tsx windowRegistrar.ts ROOT NAME COUNT
import { StateRoot } from '../../src/state/stateRoot';
import { updateIndex } from '../../src/state/threadIndex';

const [rootPath = '', name = '', count] = process.argv.slice(2);
const { global } = new StateRoot(rootPath);
await global.ensure();
for (let i = 0; i < Number(count); i++) {
  await updateIndex(global, (draft) => {
    draft.set(`${name}-${i}`, { threadId: `thread-${name}-${i}`, createdAt: new Date().toISOString() });
  });
}
