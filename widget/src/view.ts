import { list, type Item } from "./api";
import { h, name } from "./dom";
import type { Kit } from "./kit";
import type { Words } from "./text";

/** foreign gives the language of an item, when it is another one than that of the page. */
export const foreign = (words: Words, language?: string) => language !== words.lang && /^[a-z]{2,3}$/.test(language!) && language;

/** card is one hit: a heading that is its only link, then when, where, who, what it costs, and who said so. */
export function card(words: Words, level: number, labels: Map<string, string>, item: Item, link: Kit["link"]) {
  const { t } = words;
  const { title, summary, language, place, organizer, status, price, sources } = item;
  const lang = foreign(words, language);
  const when = words.when(item);
  const stop = Object.hasOwn(t.status, status!) && t.status[status as keyof typeof t.status];
  const where = [...new Set([place?.name || place?.address, place?.locality, organizer?.name])].filter(Boolean);
  const badges = [
    price?.text,
    words.age(item),
    ...list(item.accessibility).map((value) => labels.get("accessibility" + value)),
    ...list(item.schemes).map((value) => labels.get("scheme" + value)),
  ].filter(Boolean);
  const heading = link(item, name(title));
  heading.id = "l-" + item.id;
  const credit = [...new Set(list(sources).map((source) => source?.attribution || source?.name))].filter(Boolean).join(", ");

  return h(
    "article",
    { part: "card" },
    h(
      `h${level}` as "h3",
      { part: "title" },
      stop && h("strong", { part: "badge" }, stop),
      stop && " ",
      heading,
    ),
    when && h("p", { part: "time" }, h("time", { datetime: item.start }, when)),
    where[0] && h("p", { part: "meta" }, ...where.flatMap((text, i) => [i > 0 && " · ", name(text)])),
    summary && h("p", { part: "summary", lang }, name(summary)),
    badges[0] && h("ul", { role: "list" }, ...badges.map((text) => h("li", { part: "badge" }, name(text)))),
    credit && h("p", { part: "source" }, t.source + ": ", name(credit)),
  );
}
