/**
 * Makes the children of `parent` behind `after` (all of them for null) like those of `fresh`, and leaves what is
 * alike already as it is: what a person has selected or focused stays so, and the browser lays out only what has
 * changed. What is new is taken from `fresh`.
 */
export function patchNodes(parent: Node, after: ChildNode | null, fresh: Node): void {
  let present = after === null ? parent.firstChild : after.nextSibling;
  for (const node of [...fresh.childNodes]) {
    const next = present?.nextSibling ?? null;
    if (present === null) parent.appendChild(node);
    else if (!patchNode(present, node)) present.replaceWith(node);
    present = next;
  }
  while (present !== null) {
    const next = present.nextSibling;
    present.remove();
    present = next;
  }
}

/** False when the one cannot become the other. */
function patchNode(old: ChildNode, fresh: ChildNode): boolean {
  if (old instanceof Text && fresh instanceof Text) {
    patchText(old, fresh.data);
    return true;
  }
  if (!(old instanceof Element && fresh instanceof Element) || old.nodeName !== fresh.nodeName) return false;
  patchAttributes(old, fresh);
  patchNodes(old, null, fresh);
  return true;
}

function patchText(old: Text, data: string): void {
  if (old.data === data) return;
  if (data.startsWith(old.data)) old.appendData(data.slice(old.length));
  else old.data = data;
}

function patchAttributes(old: Element, fresh: Element): void {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
