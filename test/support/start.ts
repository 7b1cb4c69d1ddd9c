// npm start [-- --web] [--no-open] [--port N] [--model real|offline]
// Opens an editor with the extension and a sample folder, and ends what it started with Ctrl-C.
import { parseArgs } from 'node:util';
import { endWithSignals } from './endWithSignals';
import { installGit } from './installGit';
import { projectRoot } from './paths';
import { hasDesktopEditor, openDesktopEditor, openWebEditor } from './startEditor';
import { chooseModel, prepareHome } from './startHome';
import { runScript } from './tierProcess';

const advice = `
What to try
  Codex in the activity bar, then "Run Task": any prompt works.
  With the offline model, directives say what happens: reason:2 run:"sleep 20 && echo hi" say:done
  (stream:10, edit:notes.md="hello", fail:500, hang… : test/support/modelStub/README.md)
  After a change: "npm run watch" in a second terminal, then "Developer: Reload Window" in the editor.
Ctrl-C ends everything that was started here.
`;

const owned: (() => Promise<void>)[] = [];
let ending: Promise<void> | undefined;
// Asked for by Ctrl-C and by the end of the editor, which then follows at once.
const endAll = (): Promise<void> =>
  (ending ??= (async () => {
    for (const end of owned) await end();
  })());
endWithSignals(endAll);

const { values } = parseArgs({
  options: {
    web: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    model: { type: 'string' },
  },
});

try {
  await installGit();
  if (!(await runScript('esbuild.mjs', []))) throw new Error('The extension does not build, see above.');
  const model = await chooseModel(values.model);
  const home = await prepareHome(model);
  owned.unshift(() => home.dispose());
  const options = { home, port: Number(values.port), isOpened: !values['no-open'], extension: projectRoot };
  const useDesktop = !values.web && (await hasDesktopEditor());
  const editor = await (useDesktop ? openDesktopEditor(options) : openWebEditor(options));
  owned.unshift(() => editor.end());
  console.log(`\nModel: ${model === 'real' ? 'the real one, with your login and your home' : 'offline'}`);
  console.log(`Folder: ${home.workspace}`);
  console.log(advice);
  console.log(`Ready: ${editor.address}`);
  console.log(`The editor ended: ${await editor.exited}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await endAll();
}
process.exit();
