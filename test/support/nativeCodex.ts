import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './paths';

/**
 * Path of the real codex binary of the devDependency `@openai/codex`, without the Node program around it.
 * Rejects when the package of this platform is not installed.
 */
export async function nativeCodex(): Promise<string> {
  const { platform, arch } = process;
  const vendor = path.join(projectRoot, 'node_modules', '@openai', `codex-${platform}-${arch}`, 'vendor');
  const [target] = await readdir(vendor);
  if (target === undefined) throw new Error(`No codex binary in ${vendor}: run npm install.`);
  return path.join(vendor, target, 'bin', platform === 'win32' ? 'codex.exe' : 'codex');
}
