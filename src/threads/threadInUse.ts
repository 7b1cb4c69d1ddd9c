/** Somebody else has the thread open in codex, which allows one writer at a time. */
export class ThreadInUse extends Error {
  override readonly name = 'ThreadInUse';
  readonly threadId: string;

  constructor(threadId: string, cause: unknown) {
    super(`Thread ${threadId} is open elsewhere.`, { cause });
    this.threadId = threadId;
  }
}
