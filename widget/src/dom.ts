type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Child = Node | string | false | null | undefined;

/** web tells whether an address may become a link: http and https only. */
export function web(address: string): boolean {
  try {
    return /^https?:$/.test(new URL(address, document.baseURI).protocol);
  } catch {
    return false;
  }
}

/**
 * h makes one element. Functions become listeners, false and null leave an attribute out, texts become text nodes:
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
    else if (value != null && value !== false && (name !== "href" || web(String(value))))
      node.setAttribute(name, value === true ? "" : String(value));
  }
  fill(node, ...children);
  return node;
}

/** fill replaces what a node holds, and leaves out empty children. */
export function fill(node: Element, ...children: Child[]) {
  node.replaceChildren(...children.filter((child): child is Node | string => !!child));
}

/** name isolates a text of unknown direction from its surroundings. */
export const name = (text: string, attributes = {}) => h("bdi", attributes, text);
