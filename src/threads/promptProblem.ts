/** The longest text that codex takes as input. */
const MAX_PROMPT_LENGTH = 1_048_576;

/** What is wrong with a prompt, in words for the input box; undefined when nothing is. */
export function promptProblem(prompt: string): string | undefined {
  if (prompt.trim() === '') return 'Say what Codex should do.';
  if (prompt.length <= MAX_PROMPT_LENGTH) return undefined;
  const count = new Intl.NumberFormat('en').format(prompt.length);
  return `This prompt has ${count} characters; Codex takes at most 1,048,576. Put the text into a file of the folder and name that file.`;
}
