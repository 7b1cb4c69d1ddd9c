import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { offlineModels } from './offlineModels';
import { cacheFolder } from './paths';
import { removeFolder } from './removeFolder';

/** A home folder of its own for codex, the CLI and the extension, so that nothing of the person is touched. */
export interface ScratchHome {
  readonly home: string;
  /** `$CODEX_HOME`, with a config.toml. */
  readonly codexHome: string;
  /** The folder shared with the codex-collab CLI; it is not created. */
  readonly stateRoot: string;
  /** To be laid over `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Creates a git repository with one commit and returns its path. */
  workspace(name: string): Promise<string>;
  /** Deletes everything. End the processes that use the home first. */
  dispose(): Promise<void>;
}

/**
 * Creates a scratch home below the user's cache folder: under the system's temp folder codex warns.
 * @param options.modelBaseUrl base URL of a {@link ModelStub}; without it, every turn fails to connect
 * @param options.config further lines of config.toml, put before its tables
 */
export async function createScratchHome(
  options: { modelBaseUrl?: string; config?: string } = {},
): Promise<ScratchHome> {
  const scratch = path.join(cacheFolder(), 'scratch');
  await mkdir(scratch, { recursive: true });
  const home = await mkdtemp(path.join(scratch, 'home-'));
  const codexHome = path.join(home, '.codex');
  await mkdir(codexHome);
  const catalogue = path.join(codexHome, 'offline-models.json');
  await writeFile(catalogue, JSON.stringify(offlineModels));
  // Port 9 is the discard service, where nobody answers.
  const baseUrl = options.modelBaseUrl ?? 'http://127.0.0.1:9/v1';
  await writeFile(path.join(codexHome, 'config.toml'), codexConfig(baseUrl, catalogue, options.config ?? ''));
  const env = {
    HOME: home,
    CODEX_HOME: codexHome,
    OFFLINE_MODEL_KEY: 'none',
    CODEX_COLLAB_NO_UPDATE_CHECK: '1',
  };
  return {
    home,
    codexHome,
    stateRoot: path.join(home, '.codex-collab'),
    env,
    workspace: (name) => createWorkspace(path.join(home, 'work', name), env),
    dispose: () => removeFolder(home),
  };
}

/** No retries, so that a failing turn fails at once; nothing that would start a shell or use the network. */
function codexConfig(baseUrl: string, catalogue: string, further: string): string {
  return `model = "offline"
model_provider = "offline"
model_catalog_json = ${JSON.stringify(catalogue)}
suppress_unstable_features_warning = true
check_for_update_on_startup = false
${further}

[model_providers.offline]
name = "Offline model"
base_url = "${baseUrl}"
wire_api = "responses"
env_key = "OFFLINE_MODEL_KEY"
request_max_retries = 0
stream_max_retries = 0

[features]
shell_snapshot = false
plugins = false
# Lets the model ask questions in ordinary turns.
default_mode_request_user_input = true
`;
}

async function createWorkspace(folder: string, env: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(path.join(folder, 'src'), { recursive: true });
  await writeFile(path.join(folder, 'README.md'), `# ${path.basename(folder)}\n\nA sample folder.\n`);
  await writeFile(path.join(folder, 'src', 'greet.js'), sampleSource);
  const git = async (...args: string[]): Promise<void> => {
    await promisify(execFile)('git', args, { cwd: folder, env: { ...process.env, ...env } });
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Sample');
  await git('config', 'user.email', 'sample@example.invalid');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Sample');
  return folder;
}

const sampleSource = `export function greet(name) {
  return 'Hello ' + name;
}
`;
