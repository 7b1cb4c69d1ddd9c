/** Runs one step of an installation and prints one line for it with the seconds it took. */
export async function installStep<T>(title: string, job: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    const result = await job();
    console.log(`  ${title} (${seconds()})`);
    return result;
  } catch (error) {
    console.log(`  ${title}: failed (${seconds()})`);
    throw error;
  }
}
