import { activate } from './activate';
import type { Benchmark } from './benchmark';
import { bundle } from './bundle';
import { diskToDom } from './diskToDom';
import { diskToStore } from './diskToStore';
import { firstTree } from './firstTree';
import { heap } from './heap';
import { idleCpu } from './idleCpu';
import { oneChange } from './oneChange';
import { promptToTurnStarted } from './promptToTurnStarted';
import { promptToTurnStartedCold } from './promptToTurnStartedCold';
import { signalToInterrupted } from './signalToInterrupted';
import { vsix } from './vsix';

/** All of them, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  bundle,
  vsix,
  activate,
  promptToTurnStarted,
  promptToTurnStartedCold,
  signalToInterrupted,
  diskToStore,
  diskToDom,
  firstTree,
  oneChange,
  heap,
  idleCpu,
];
