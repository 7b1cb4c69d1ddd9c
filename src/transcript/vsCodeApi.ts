import type { FromPage } from './messages';

/** What VS Code gives to the page of a webview, once. */
export interface VsCodeApi {
  postMessage(message: FromPage): void;
  /** What `setState` kept; it survives the hiding of the tab and a reload of the window. */
  getState(): unknown;
  setState(state: unknown): void;
}
