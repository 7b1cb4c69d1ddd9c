import { cp, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installStep } from './installStep';
import { run } from './installRun';
import { ModelStub } from './modelStub/modelStub';
import { cacheFolder, projectRoot } from './paths';
import { createScratchHome } from './scratchHome';
import { editorEnvironment } from './vscodeEnvironment';

export type ModelChoice = 'real' | 'offline';

/** Where an editor that a person tries lives: its environment and its folder. */
export interface StartHome {
  readonly env: NodeJS.ProcessEnv;
  /** The sample folder, a git repository. */
  readonly workspace: string;
  dispose(): Promise<void>;
}

/** What was asked for, else the real model when codex has a login. */
export async function chooseModel(asked: string | undefined): Promise<ModelChoice> {
  if (asked === 'real' || asked === 'offline') return asked;
  if (asked !== undefined) throw new Error(`There is no model "${asked}", only real and offline.`);
  if ((process.env.OPENAI_API_KEY ?? '') !== '') return 'real';
  return installStep('login of codex looked up', async () => {
    const launcher = join(projectRoot, 'node_modules', '@openai', 'codex', 'bin', 'codex.js');
    // It exits with 1 when nobody is logged in.
    return run(process.execPath, [launcher, 'login', 'status']).then(
      () => 'real' as const,
      () => 'offline' as const,
    );
  });
}

/** With the real model the person's own home; offline a scratch one, so that theirs stays as it is. */
export async function prepareHome(model: ModelChoice): Promise<StartHome> {
  return model === 'real' ? prepareRealHome() : prepareScratchHome();
}

async function prepareRealHome(): Promise<StartHome> {
  const own = Object.entries(process.env).filter(([name]) => /^(CODEX_HOME$|XDG_)/.test(name));
  const workspace = join(cacheFolder(), 'sample');
  await copySample(workspace, process.env);
  return {
    env: editorEnvironment(homedir(), Object.fromEntries(own)),
    workspace,
    dispose: () => Promise.resolve(),
  };
}

async function prepareScratchHome(): Promise<StartHome> {
  const stub = await ModelStub.start();
  const home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
  const env = editorEnvironment(home.home, home.env);
  const workspace = join(home.home, 'sample');
  await copySample(workspace, env);
  return {
    env,
    workspace,
    async dispose() {
      await stub.stop();
      await home.dispose();
    },
  };
}

/** Copies the sample folder and commits it, unless it is there from an earlier start. */
async function copySample(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const isThere = await stat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(folder, { recursive: true });
  await cp(join(projectRoot, 'test', 'support', 'sampleWorkspace'), folder, { recursive: true });
  const author = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.invalid'];
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder, env });
  await run('git', ['add', '.'], { cwd: folder, env });
  await run('git', [...author, 'commit', '--quiet', '--message=Sample'], { cwd: folder, env });
}
