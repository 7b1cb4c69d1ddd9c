import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Browser } from './browser';
import type { VsCode } from './installVsCode';
import type { MochaResults } from './mochaRun';
import { createTemporaryFolder } from './temporaryFolder';
import { TestReports } from './testReports';
import { editorEnvironment } from './vscodeEnvironment';
import { VsCodeProcess } from './vscodeProcess';

/** What to run in an extension host, and in which. Paths are absolute. */
export interface HostRun {
  readonly vscode: VsCode;
  /** The executable of installBrowser(). */
  readonly browser: string;
  /** The folder with the package.json of the extension under test. */
  readonly extensionDevelopmentPath: string;
  /** The module whose exported `run` VS Code calls. */
  readonly testsPath: string;
  /** The folder that is open. */
  readonly workspace: string;
  /** On top of our own environment; without HOME a scratch one is used. */
  readonly env?: NodeJS.ProcessEnv;
  readonly write: (line: string) => void;
}

/**
 * Runs tests inside the extension host of a real VS Code: its server, with a headless browser as its window.
 * @throws Error when the editor ends, breaks or falls silent before the tests have ended
 */
export async function runInExtensionHost(hostRun: HostRun): Promise<MochaResults> {
  const scratch = await createTemporaryFolder('codex-collab-host-');
  const reports = await TestReports.listen(hostRun.write);
  const server = await startServer(hostRun, scratch.path, reports.port);
  let browser: Browser | undefined;
  try {
    const [, port = ''] = await server.firstLine(/Extension host agent listening on (\d+)/);
    browser = await Browser.start(hostRun.browser);
    const opened = await browser.open(windowAddress(hostRun, port));
    return await Promise.race([
      reports.results,
      opened.broken,
      server.exited.then((reason) => {
        throw new Error(`The editor's server ended (${reason}):\n${server.output}`);
      }),
    ]);
  } finally {
    await browser?.end();
    await server.end();
    reports.end();
    await scratch.remove();
  }
}

async function startServer(hostRun: HostRun, scratch: string, reportPort: number): Promise<VsCodeProcess> {
  const data = join(scratch, 'server');
  const home = join(scratch, 'home');
  await mkdir(data);
  await mkdir(home);
  const args = [
    '--accept-server-license-terms',
    '--without-connection-token',
    ...['--host', '127.0.0.1'],
    ...['--port', '0'],
    ...['--server-data-dir', data],
    // Without it, a built VS Code ignores the extension and the tests that the address names.
    '--enable-smoke-test-driver',
    '--disable-workspace-trust',
    '--disable-telemetry',
  ];
  const env = editorEnvironment(home, { ...hostRun.env, CODEX_COLLAB_TEST_PORT: String(reportPort) });
  return new VsCodeProcess(hostRun.vscode.node, [hostRun.vscode.serverMain, ...args], env);
}

function windowAddress(hostRun: HostRun, port: string): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(hostRun.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(hostRun.testsPath)],
  ];
  const query = new URLSearchParams({ folder: hostRun.workspace, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}
