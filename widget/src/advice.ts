import type { Answer, Read } from "./api";
import type { Kit } from "./kit";
import { advice as nb } from "../locales/nb.json";
import type { Options } from "./state";

/** what says where, which a page may have fixed */
const where = ["municipality", "neighbourhood", "place", "near", "radius", "bbox"];

/**
 * advice says how to find something when nothing was found: which one filter to drop, how else to spell, where and when else
 * there is something, and who helps. When something was found it says how many more state nothing about what was asked for.
 */
export default async function advice(kit: Kit, { total, without, read, raw }: Answer, { base, neighbours }: Options): Promise<Node[]> {
  const { h, button, words } = kit;
  const { t, put, count } = words;
  const own = kit.texts("advice", nb);
  const picks = kit.picks();
  const except = (...names: string[]) => [...picks].filter(([n]) => !names.includes(n));
  if (total)
    return Object.entries<number>(raw.unstated)
      .filter(([name, n]) => n > 0 && Object.hasOwn(own.of, name))
      .map(([name, n]) => h("p", {}, count(name === "age" ? own.among : own.besides, n, own.of[name as "age"])));

  const nodes: Node[] = [h("p", {}, own.tips)];
  const offer = (text: string, hits: number, change: () => void) => nodes.push(button(`${text} (${count(t.hits, hits)})`, change));

  const { text, total: spelt } = raw.spelling ?? {};
  if (text && spelt) offer(put(own.spelling, text), spelt, () => kit.pick([...except("q", "keep"), ["q", String(text)]]));
  for (const [name, hits] of without) {
    if (!picks.has(name)) continue;
    const what = picks.getAll(name).map((value) => kit.told(name, value));
    offer(put(t.remove, what.join(", ")), hits, () => kit.pick(except(name)));
  }
  if (neighbours[0] && !picks.has("neighbours")) {
    const near = await kit.ask(kit.query({ municipality: [...base.getAll("municipality"), ...neighbours] }, 1));
    if ("total" in near && near.total) offer(kit.told("neighbours", "true"), near.total, () => kit.pick([...picks, ["neighbours", "true"]]));
  }
  for (const way of Array.isArray(raw.wider) ? raw.wider : []) {
    const when = way?.parameters?.when?.[0];
    if (way?.kind === "when" && when && !base.has("from") && !base.has("to") && !base.has("when"))
      offer(kit.told("when", when), way.total, () => kit.pick([...except("from", "to", "when"), ["when", when]]));
    // what the page has fixed is not widened
    else if (way?.kind === "place" && !where.some((name) => base.has(name)) && where.filter((name) => picks.has(name))[1]) offer(own.place, way.total, () => kit.pick(except(...where)));
  }
  if (read[0]) nodes.push(button(own.words, () => kit.pick([...picks, ...read.flatMap(kept)])));
  if (picks.size > 0) nodes.push(button(t.reset, () => kit.pick([])));

  const { name, phone, email, url } = Object(raw.guide);
  const ways = [
    /^\+?[\d ]{3,20}$/.test(phone) && reach(String(phone), "tel:" + phone.replaceAll(" ", "")),
    /^[^\s@:?&]+@[^\s@:?&]+$/.test(email) && reach(email, "mailto:" + email),
    kit.web(url) && url && reach(kit.web(url)!.host, url),
  ].filter((way): way is HTMLAnchorElement => !!way);
  if (ways[0]) nodes.push(h("p", {}, own.help + " ", name && kit.name(name), name && ": ", ...ways.flatMap((way, i) => [i > 0 && ", ", way])));
  return nodes;

  function reach(text: string, href: string) {
    const link = h("a", {}, kit.name(text));
    link.href = href;
    return link;
  }

  function kept({ as_text }: Read): [string, string][] {
    return new URLSearchParams(String(as_text).split("?")[1]).getAll("keep").map((word) => ["keep", word]);
  }
}
