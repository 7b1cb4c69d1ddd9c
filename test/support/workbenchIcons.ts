const signs: Readonly<Record<string, string>> = {
  'codicon-loading': '⟳ ',
  'codicon-bell-dot': '◉ ',
  'codicon-debug-pause': '‖ ',
  'codicon-error': '✗ ',
  'codicon-pass': '✓ ',
  'codicon-archive': '▤ ',
};

/** A character and a blank for an icon of ours, by its class names; empty for every other one. */
export function iconSign(classNames: string): string {
  return classNames
    .split(/\s+/)
    .map((name) => signs[name] ?? '')
    .join('');
}
