import { optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/** The field of an index entry for the name that a person gave a thread; the CLI has none, and keeps ours. */
const FIELD = 'codexCollabName';

/** The name of a thread; undefined when nobody gave it one. */
export function nameOf(entry: UnknownRecord): string | undefined {
  const name = optionalString(entry[FIELD])?.trim();
  return name === '' ? undefined : name;
}

/** The entry with a name. */
export function namedEntry(entry: UnknownRecord, name: string): UnknownRecord {
  return { ...entry, [FIELD]: name };
}

/** Names a thread in one folder; does nothing when it is not entered there any more. */
export async function nameEntry(
  folder: StateFolder,
  shortId: string,
  threadId: string,
  name: string,
): Promise<void> {
  await updateIndex(folder, (draft) => {
    if (draft.get(shortId)?.threadId === threadId) draft.patch(shortId, { [FIELD]: name });
  });
}
