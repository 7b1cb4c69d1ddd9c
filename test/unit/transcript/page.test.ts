import { TranscriptBench } from '../../support/transcriptPage';
import { accessibilitySuite } from './accessibilitySuite';
import { hostileSuite } from './hostileSuite';
import { promptSuite } from './promptSuite';
import { renderingSuite } from './renderingSuite';
import { scrollingSuite } from './scrollingSuite';
import { streamingSuite } from './streamingSuite';

describe('the page of a transcript', function () {
  this.timeout(60_000);
  let bench: TranscriptBench;
  before(async () => {
    bench = await TranscriptBench.start();
  });
  after(() => bench.end());

  // One browser for all of them.
  for (const suite of [
    renderingSuite,
    streamingSuite,
    hostileSuite,
    scrollingSuite,
    promptSuite,
    accessibilitySuite,
  ]) {
    suite(() => bench);
  }
});
