import type { Page } from 'playwright-core';

/**
 * Lets `look`, the text of a function, run in each page of a webview that is made from now on, behind each frame,
 * with the epoch ms at which that frame had been drawn. It keeps what it finds in `window`.
 */
export async function watchWebviewFrames(page: Page, look: string): Promise<void> {
  // VS Code writes the page into a frame that has run this already, and whose waiting callbacks are lost then.
  await page.context().addInitScript(`(() => {
    if (self === top) return;
    const look = ${look};
    let requestedAt = -Infinity;
    setInterval(() => {
      if (performance.now() - requestedAt < 100) return;
      requestedAt = performance.now();
      requestAnimationFrame(function draw() {
        requestedAt = performance.now();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => look(performance.timeOrigin + performance.now());
        port2.postMessage(undefined);
        requestAnimationFrame(draw);
      });
    }, 5);
  })()`);
}
