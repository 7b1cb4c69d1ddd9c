/** What the page needs to know of where it is shown. Addresses as the page has to write them. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** Of the webview: where its own files come from. */
  readonly cspSource: string;
  /** New for each page. */
  readonly nonce: string;
}

/**
 * The page of a transcript. What it shows was written by a model: besides our script and our styles nothing is
 * loaded, nothing inline is run, and no address can be reached.
 */
export function transcriptPage({ script, style, cspSource, nonce }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codex Transcript</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
