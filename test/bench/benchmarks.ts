import { activate } from './activate';
import type { Benchmark } from './benchmark';
import { bundle } from './bundle';
import { deltas50000 } from './deltas50000';
import { deltaToPaint } from './deltaToPaint';
import { diskToDom } from './diskToDom';
import { diskToStore } from './diskToStore';
import { firstTree } from './firstTree';
import { heap } from './heap';
import { idleCpu } from './idleCpu';
import { killForeign } from './killForeign';
import { killOwn } from './killOwn';
import { oneChange } from './oneChange';
import { open2000Items } from './open2000Items';
import { promptToTurnStarted } from './promptToTurnStarted';
import { promptToTurnStartedCold } from './promptToTurnStartedCold';
import { resume } from './resume';
import { signalToInterrupted } from './signalToInterrupted';
import { twentyRuns } from './twentyRuns';
import { vsix } from './vsix';

/** All of them, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  bundle,
  vsix,
  activate,
  promptToTurnStarted,
  promptToTurnStartedCold,
  signalToInterrupted,
  killOwn,
  killForeign,
  resume,
  twentyRuns,
  diskToStore,
  diskToDom,
  firstTree,
  oneChange,
  deltaToPaint,
  deltas50000,
  open2000Items,
  heap,
  idleCpu,
];
