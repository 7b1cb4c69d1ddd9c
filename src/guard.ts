// A program of its own (dist/guard.js), run by `ServerGuard` when a window has gone and left app-servers behind:
// node guard.js RUNS_FOLDER STATE_ROOT MARKER…
import { endAbandoned } from './appServer/leftoverProcesses';
import { silentLog } from './base/log';
import { StateRoot } from './state/stateRoot';
import { OwnRuns } from './threads/ownRuns';

const [runsFolder = '', rootPath = '', ...markers] = process.argv.slice(2);
const ownRuns = new OwnRuns(runsFolder, new StateRoot(rootPath), silentLog);
await endAbandoned(markers, () => ownRuns.foreignPids());
