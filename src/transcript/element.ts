/** What may stand in an element: text, never markup. */
export type Content = Node | string | undefined;

/** An element with CSS classes and content. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  ...content: readonly Content[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...content.filter((one) => one !== undefined));
  return made;
}

/** One of VS Code's icons, which says nothing to a screen reader. */
export function icon(name: string, className = ''): HTMLElement {
  const made = element('span', `codicon codicon-${name} ${className}`.trim());
  made.ariaHidden = 'true';
  return made;
}

/** Text that only a screen reader says. */
export function spoken(text: string): HTMLElement {
  return element('span', 'spoken', text);
}

/** A button that shows its words. */
export function textButton(
  className: string,
  content: readonly Content[],
  onClick: () => void,
): HTMLButtonElement {
  const made = element('button', className, ...content);
  made.type = 'button';
  made.addEventListener('click', () => {
    if (made.ariaDisabled !== 'true') onClick();
  });
  return made;
}

/** Whether a button has been pressed and waits for its answer. Unlike a disabled one it keeps the focus. */
export function setWaiting(button: HTMLButtonElement, isWaiting: boolean): void {
  button.ariaDisabled = isWaiting ? 'true' : null;
}

/** A button that shows an icon; the label is its tooltip as well. */
export function iconButton(name: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = textButton('icon-button', [icon(name)], onClick);
  made.ariaLabel = label;
  made.title = label;
  return made;
}
