type Value = string | number | boolean | undefined | ((event: Event) => void);
export type Child = Node | string | false | null | undefined;

/** web reads an address that a link may have, absolute or seen from `base`, the page if nothing else; anything else, a script above all, is undefined. */
export function web(address: string, base = document.baseURI): URL | undefined {
  try {
    const url = new URL(address, base);
    if (/^(https?|mailto|tel|geo):$/.test(url.protocol)) return url;
  } catch {}
}

/**
 * h makes one element. Functions become listeners, what is falsy leaves its attribute out, texts become text nodes:
 * nothing is ever parsed as markup, and an href that is not a web address is dropped.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: { [name: string]: Value } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value && (name !== "href" || web(value as string)))
      node.setAttribute(name, value === true ? "" : (value as string));
  }
  fill(node, ...children);
  return node;
}

/** fill replaces what a node holds, and leaves out empty children. */
export function fill(node: ParentNode, ...children: Child[]) {
  node.replaceChildren(...children.filter((child): child is Node | string => !!child));
}

/** name isolates a text of unknown direction from its surroundings. */
export const name = (text: unknown) => h("bdi", {}, String(text));

export const button = (text: Child, click: () => void, attributes = {}) =>
  h("button", { type: "button", part: "button", click, ...attributes }, text);
