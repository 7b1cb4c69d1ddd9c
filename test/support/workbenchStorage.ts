import type { Page } from 'playwright-core';

/**
 * Everything that the window has saved of itself, as JSON. A browser gives it no time for that when it is
 * reloaded, so it saves every few seconds.
 */
export async function readSavedState(page: Page): Promise<string> {
  return String(await page.evaluate(storedText));
}

/** Runs in the page. */
const storedText = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const texts = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames)
      texts.push(JSON.stringify(await done(database.transaction(store).objectStore(store).getAll())));
    database.close();
  }
  return texts.join();
})()`;
