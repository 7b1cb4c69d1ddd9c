/** The line that ends a block of agent output. */
export const END_OF_OUTPUT = '<<END_AGENT_OUTPUT>>';

/** What a run waits for leave to do. */
export interface NeededApproval {
  readonly id: string;
  readonly type: 'commandExecution' | 'fileChange';
  readonly command?: string | undefined;
  readonly reason?: string | undefined;
  readonly dir: string | undefined;
}

/** The line bodies that the CLI writes and reads back; one string per line, without the time. */
export const logBodies = {
  commandStarted: (command: string): string => `[codex] Running: ${command}`,

  /** `exitCode` is null when the server does not know it. */
  commandCompleted: (command: string, exitCode: number | null): string =>
    `command: ${command} (exit ${exitCode ?? '?'})`,

  /** `status`: `declined` or `failed`. */
  commandRejected: (command: string, status: string): string => `[codex] Command ${status}: ${command}`,

  /** `kind`: `add`, `delete` or `update`. */
  fileEdited: (path: string, kind: string): string => `[codex] Edited: ${path} (${kind})`,

  fileChangeRejected: (paths: readonly string[], status: string): string =>
    `[codex] File change ${status}: ${paths.join(', ')}`,

  errorLines: (message: string, willRetry: boolean): [string, string] => {
    const text = `${message}${willRetry ? ' (will retry)' : ''}`;
    return [`[codex] Error: ${text}`, `error: ${text}`];
  },

  /** `dir`: where the CLI has to be called, if not anywhere. Line breaks of a command become blanks. */
  approvalNeeded: ({ id, type, command, reason, dir }: NeededApproval): string[] => {
    const call = (verb: string): string =>
      `codex-collab ${verb} ${id}${dir === undefined ? '' : ` -d ${shellQuoted(dir)}`}`;
    return [
      `[codex] APPROVAL NEEDED${type === 'fileChange' ? ' (file change)' : ''}`,
      ...(type === 'fileChange' ? [] : [`[codex]   Command: ${command ?? '(no command)'}`]),
      ...(reason === undefined ? [] : [`[codex]   Reason: ${reason}`]),
      `[codex]   Approve: ${call('approve')}`,
      `[codex]   Decline: ${call('decline')}`,
    ];
  },

  reviewOutput: (text: string): string => `review output (${text.length} chars)`,

  /** What the agent says between its steps, cut to 120 characters. */
  commentary: (text: string): string => {
    const line = Array.from(flat(text).trim());
    return `[codex] ${line.length <= 120 ? line.join('') : `${line.slice(0, 119).join('')}…`}`;
  },
};

/** One line of the log: ISO time, blank, body, newline. */
export function logLine(at: Date, body: string): string {
  // The CLI's readers take every line that holds these words after a blank for the start of a block.
  const harmless = flat(body).replace(/(^| )agent output:/g, '$1agent-output:');
  return `${at.toISOString()} ${harmless}\n`;
}

/**
 * A block with the agent's answer. A line of it that would end the block for a reader (the end marker, or
 * what looks like the time of a log line) is indented by one blank.
 */
export function outputBlock(at: Date, text: string): string {
  const lines = text.split('\n').map((line) => (endsBlock(line) ? ` ${line}` : line));
  return `${at.toISOString()} agent output:\n${lines.join('\n')}\n${END_OF_OUTPUT}\n`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", process.platform === 'win32' ? "''" : "'\\''")}'`;
}

function endsBlock(line: string): boolean {
  return line.trimEnd() === END_OF_OUTPUT || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(\s|$)/.test(line);
}

/** Line breaks and other control characters become blanks. */
function flat(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
