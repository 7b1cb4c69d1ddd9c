import { probeRoot } from '../../state/rootProbe';
import type { StateProblem } from '../../state/sharedState';
import { failed } from './checkResult';
import type { CheckResult } from './checkResult';

/** What is known of the folder that is shared with the CLI. */
export interface SharedFolder {
  readonly path: string;
  /** Of all workspaces. */
  readonly threadCount: number;
  readonly problems: readonly StateProblem[];
}

/** Whether the shared folder can be read and written, and whether what lies in it is sound. */
export async function checkFolder({ path, threadCount, problems }: SharedFolder): Promise<CheckResult> {
  let mode: number | undefined;
  try {
    const probe = await probeRoot(path);
    if (probe.kind === 'missing') {
      return { verdict: 'pass', fact: `${path} is not there yet`, detail: 'The first run makes it.' };
    }
    mode = probe.mode;
  } catch (error) {
    return failed(path, error);
  }
  const fact = `${path}, ${threadCount} ${threadCount === 1 ? 'thread' : 'threads'}`;
  const [problem, ...more] = problems;
  if (problem === undefined) return { fact, ...accessOf(path, mode) };
  const others = more.length === 0 ? '' : ` (And ${more.length} more.)`;
  return {
    verdict: 'error',
    fact,
    detail: problem.message + others,
    remedies: [{ kind: 'openFile', path: problem.file }],
  };
}

/** The CLI's first generation makes the folder with the mode that is usual: 0755 or 0775 is no fault. */
function accessOf(path: string, mode: number | undefined): Pick<CheckResult, 'verdict' | 'detail'> {
  if (mode === undefined || (mode & 0o077) === 0) return { verdict: 'pass' };
  const octal = mode.toString(8).padStart(4, '0');
  if ((mode & 0o002) === 0) return { verdict: 'pass', detail: `Other users may list it (mode ${octal}).` };
  return {
    verdict: 'warning',
    detail: `Other users may change what lies in it (mode ${octal}). Run: chmod 700 ${path}`,
  };
}
