/** Codex hands each command to a shell: `/bin/bash -lc 'npm test'`. */
const IN_A_SHELL = /^(?:\S*\/)?(?:ba|z|da|k)?sh -l?c (?:'([^']*)'|"([^"\\$`]*)"|([^\s'"\\$`]+))$/u;

/** The command that the model wrote, without the shell that codex hands it to, where that is certain. */
export function commandInShell(command: string): string {
  const parts = IN_A_SHELL.exec(command);
  return parts === null ? command : (parts[1] ?? parts[2] ?? parts[3] ?? command);
}
