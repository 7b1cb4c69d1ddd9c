/**
 * Codex hands each command to a shell: `/bin/bash -lc 'npm test'`. One from a folder of which nobody knows is not left
 * out: it may be no shell.
 */
const SHELL =
  /^(?:\/(?:usr\/(?:local\/)?|opt\/homebrew\/|run\/current-system\/sw\/)?bin\/)?(?:ba|z|da|k)?sh -l?c /u;
/** Characters of a command that is taken apart; longer ones are no lines to read. */
const MAX_LENGTH = 64 * 1024;

/** The command that the model wrote, without the shell that codex hands it to, where that is certain. */
export function commandInShell(command: string): string {
  const [shell] = (command.length > MAX_LENGTH ? null : SHELL.exec(command)) ?? [];
  return shell === undefined ? command : (onlyWord(command, shell.length) ?? command);
}

/** What a shell makes of the rest of a command line; undefined when that is not one word, or not only text. */
function onlyWord(line: string, start: number): string | undefined {
  const part = /'([^']*)'|"((?:[^"\\$`]|\\[^])*)"|([\w@%+=:,./-]+)/uy;
  part.lastIndex = start;
  let word = '';
  for (let at = start; at < line.length; at = part.lastIndex) {
    const found = part.exec(line);
    if (found === null) return undefined;
    word += found[1] ?? found[2]?.replace(/\\(["\\$`])|\\\n/g, '$1') ?? found[3] ?? '';
  }
  return word === '' ? undefined : word;
}
