import type { Answer } from "./api";
import type { Kit } from "./kit";
import { advice as nb } from "../locales/nb.json";

/** advice says how to find something when nothing was found: which one filter to drop, and what that gives. */
export default function advice(kit: Kit, { without }: Answer): Node[] {
  const { h, button, words } = kit;
  const { t, put, count } = words;
  const picks = kit.picks();
  const except = (name: string) => [...picks].filter(([n]) => n !== name);
  const nodes: Node[] = [h("p", {}, kit.texts("advice", nb).tips)];
  for (const [name, hits] of without) {
    if (!picks.has(name)) continue;
    const what = picks.getAll(name).map((value) => kit.told(name, value));
    nodes.push(button(`${put(t.remove, what.join(", "))} (${count(t.hits, hits)})`, () => kit.pick(except(name))));
  }
  if (picks.size > 0) nodes.push(button(t.reset, () => kit.pick([])));
  return nodes;
}
