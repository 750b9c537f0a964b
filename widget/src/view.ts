import { list, type Item } from "./api";
import { fill, h, name, type Child } from "./dom";
import type { Words } from "./text";

/** card is one hit: a heading that is its only link, then when, where, who, what it costs, and who said so. */
export function card(words: Words, hub: string, level: number, labels: Map<string, string>, item: Item, select: (event: Event) => void) {
  const { t } = words;
  const lang = foreign(item.language, words.lang);
  const when = words.when(item);
  const place = [item.place?.name || item.place?.address, item.place?.locality].filter(Boolean).join(", ");
  const status = new Map(Object.entries(t.status)).get(item.status!);
  const known = (facet: string, values: unknown) => list(values).map((value) => labels.get(facet + "=" + value));
  const badges = [words.price(item), words.age(item), ...known("accessibility", item.accessibility), ...known("scheme", item.schemes)];
  const credit = new Set(list(item.sources).map((source) => source?.attribution || source?.name).filter(Boolean));

  return h(
    "article",
    { part: "card" },
    h(
      `h${level}` as "h3",
      { part: "title" },
      status && h("strong", { part: "badge status", class: "stop" }, status),
      status && " ",
      h("a", { id: "l-" + item.id, href: hub + "l/" + encodeURIComponent(item.id), click: select, lang }, name(String(item.title))),
    ),
    h(
      "p",
      { part: "meta", class: "meta" },
      ...between(
        when && h("time", { datetime: item.start }, when),
        place && name(place),
        item.organizer?.name && name(String(item.organizer.name)),
      ),
    ),
    item.summary && h("p", { lang, class: "about" }, name(String(item.summary))),
    badges.some(Boolean) &&
      h(
        "ul",
        { role: "list", class: "badges" },
        ...badges.map((text) => text && h("li", { part: "badge", class: text === t.free && "good" }, text)),
      ),
    credit.size > 0 && h("p", { class: "credit" }, ...split(t.source, name([...credit].join(", ")))),
  );
}

const between = (...parts: Child[]) => parts.filter(Boolean).map((part) => h("span", {}, part as Node));

/** split puts a node in the place of {0}. */
function split(text: string, node: Node): Child[] {
  const [before, after] = text.split("{0}");
  return [before, node, after];
}

const foreign = (tag: unknown, shown: string) => {
  const text = String(tag ?? shown);
  return text !== shown && /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(text) && text;
};

/** skeleton stands where `size` cards will be. */
export function skeleton(node: Element, size: number) {
  fill(node, ...Array.from({ length: size }, () => h("div")));
}
