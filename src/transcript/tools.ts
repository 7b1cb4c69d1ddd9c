import type { Announcer } from './announcer';
import type { FollowEnd } from './followEnd';
import type { Frames } from './frames';
import type { LazyFill } from './lazyFill';
import type { MarkdownParser } from './markdown/markdownParser';
import type { FromPage } from './messages';
import type { NearScreen } from './nearScreen';
import type { SavedState } from './savedState';

/** What the parts of the conversation work with. */
export interface Tools {
  readonly post: (message: FromPage) => void;
  readonly frames: Frames;
  readonly lazyFill: LazyFill;
  readonly nearScreen: NearScreen;
  readonly follow: FollowEnd;
  readonly saved: SavedState;
  readonly announcer: Announcer;
  readonly markdown: MarkdownParser;
  /** The folder of the thread, once it is known. */
  readonly cwd: () => string | undefined;
}
