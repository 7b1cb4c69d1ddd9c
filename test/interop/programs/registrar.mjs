// Enters threads into an index, one locked change each: node registrar.mjs A|B INDEX NAME COUNT
import { updateIndex } from './threadIndex.mjs';

const [generation, index, name, count] = process.argv.slice(2);
for (let i = 0; i < Number(count); i++) {
  updateIndex({ generation, index, tries: 600 }, (entries) => {
    entries[`${name}-${i}`] = { threadId: `thread-${name}-${i}`, createdAt: new Date().toISOString() };
  });
}
