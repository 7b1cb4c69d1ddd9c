import { readdir } from 'node:fs/promises';
import { readBroker } from './broker';
import { fileError, isMissing } from './fileErrors';
import { isSafeId } from './ids';
import { inBatches } from './inBatches';
import { judgeOwner, readPidFile } from './pidFiles';
import type { StateFolder } from './stateFolder';
import type { StateRoot } from './stateRoot';

/**
 * What lives of all that the shared folder names: brokers (`broker.json`) and who runs a turn (`pids/`), be it
 * the CLI or a window. @throws UserError when a folder cannot be read
 */
export async function livePids(root: StateRoot): Promise<Set<number>> {
  const live = new Set<number>();
  await inBatches([root.global, ...(await root.listWorkspaces())], async (folder) => {
    const broker = await readBroker(folder);
    if (broker !== undefined) live.add(broker.pid);
    for (const shortId of await pidFilesIn(folder)) {
      const owner = await judgeOwner(await readPidFile(folder, shortId));
      if (owner.kind === 'alive' && owner.pid !== undefined) live.add(owner.pid);
    }
  });
  return live;
}

async function pidFilesIn({ pidsDir }: StateFolder): Promise<string[]> {
  try {
    return (await readdir(pidsDir)).filter(isSafeId);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError(error, 'read', pidsDir);
  }
}
