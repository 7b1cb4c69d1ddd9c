import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Runs a program to its end and returns its standard output.
 * @throws Error with the program's last lines when it cannot be started or does not exit with 0
 */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let both = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      both += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (both += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const tail = both.trimEnd().split('\n').slice(-15).join('\n');
      reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal ?? 'nothing'}:\n${tail}`));
    });
  });
}

/** Runs npm with the Node that runs us, so that neither a shell nor another npm comes between. */
export function runNpm(args: readonly string[]): Promise<string> {
  const all = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = npmCli();
  // Away from the checkout, whose own npm settings are not meant here.
  const options = { cwd: tmpdir() };
  return cli === undefined ? run('npm', all, options) : run(process.execPath, [cli, ...all], options);
}

/** The Node script and the arguments that run a script of package.json. */
export function npmScript(name: string): [script: string, args: string[]] {
  const cli = npmCli();
  if (cli === undefined) throw new Error('npm was not found beside the Node that runs this.');
  return [cli, ['run', '--silent', name]];
}

function npmCli(): string | undefined {
  const inherited = process.env.npm_execpath;
  const bin = dirname(process.execPath);
  return [
    ...(inherited?.endsWith('npm-cli.js') === true ? [inherited] : []),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => existsSync(path));
}
