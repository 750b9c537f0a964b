import type { Item } from "./api";
import styles from "./list.css";

const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);

/** the filters of the search API that an editor may set, but for free */
const filters =
  "q municipality neighbourhood kind category organizer place source scheme accessibility low_threshold equipment_loan weekday age max_price when".split(
    " ",
  );

type Child = Node | string | false | null | undefined | 0;
export type Texts = { [name: string]: any };

/** h makes one element with these properties, and leaves out empty children; a text is never parsed as markup. */
export const h = <K extends keyof HTMLElementTagNameMap>(tag: K, properties?: object, ...children: Child[]): HTMLElementTagNameMap[K] => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...(children.filter(Boolean) as Node[]));
  return node;
};

/** oslo is an instant on the clock of Norway, "2026-11-23T17:00:00"; of what is none, "InvalidTDate". A day begins at 01. */
export const oslo = (text: string | number) => new Date(text).toLocaleString("sv", { timeZone: "Europe/Oslo" }).replace(" ", "T");

/** Words are what residents read, in one language. */
export interface Words {
  lang: string;
  dir: string;
  own: Texts;
  put(text: any, value: number | string): string;
  /** the day of what oslo gives */
  day(moment: string): string;
  /** the time of it */
  clock(moment: string): string;
}

export interface Found {
  items: Item[];
  total: number;
}

/** Row makes an item: its title as a link, what is said of it, where and by whom it is. */
export type Row = (item: Item, ...said: Child[]) => HTMLElement;

/**
 * Mode is what tells one element of this file from another: its texts, what it asks for besides what the page says, and how it
 * draws at most `count` of what was found, a call of `under` for each heading. It gives the text of the link to all.
 */
export type Mode = [
  label: "list" | "offers",
  texts: Texts,
  usual: (query: string) => string,
  draw: (words: Words, found: Found, count: number, query: string, row: Row, under: (heading: string, rows: HTMLElement[]) => void) => string,
];

/** run fills a shadow root, and keeps what is in it true until `end` is aborted; it gives what asks again. */
async function run(host: HTMLElement, root: ShadowRoot, [label, texts, usual, draw]: Mode, end: AbortSignal) {
  const given = (name: string) => host.getAttribute(name) ?? "";
  // the hub is two folders above this script
  const hub = (given("hub") || import.meta.url + "/../../..").replace(/\/*$/, "/");
  const heading = given("heading");
  const level = +given("heading-level") || 2;
  const count = +given("count") || 5;
  let query = host.matches("[free]") ? "&free=true" : "";
  for (const name of filters) for (const value of given(name).split(name[1] ? "," : "\n")) if (value) query += `&${name}=${encodeURIComponent(value.trim())}`;
  query += usual(query);

  /** get gives JSON, or the answer or the error that there was instead. */
  const get = (path: string): Promise<any> =>
    fetch(hub + path, { credentials: "omit", referrerPolicy: "origin", signal: AbortSignal.timeout(1e4) })
      .then((answer) => (answer.ok ? answer.json() : answer))
      .catch((error) => error);
  const emit = (type: string, detail = {}) =>
    host.dispatchEvent(new CustomEvent("fh:" + type, { detail, bubbles: true, composed: true, cancelable: true }));

  const lang = /^(?!no)[a-z]+/.exec(host.closest<HTMLElement>("[lang]")?.lang!)?.[0] ?? "nb";
  const search = () => get(`api/v1/search?facets=none&limit=${label > "m" ? 100 : count}&lang=${lang}${query}`);
  let first: Promise<any> | 0 = search();
  let words: Words = {
    lang: "nb",
    dir: "ltr",
    own: texts,
    put: (text, value) => (text.other ?? text).replace("{0}", value.toLocaleString("nb")),
    day: (moment) => new Date(moment).toLocaleDateString("nb", { weekday: "long", day: "numeric", month: "long" }),
    clock: (moment) => moment.slice(11, 16).replace(":", "."),
  };
  if (lang !== "nb") words = await (await import("./aside")).foreign(words, lang, label, await get(`embed/v1/texts/${lang}.json`));
  if (end.aborted) return;

  const rows = h("div", { part: "list" });
  const link = h("slot");
  root.replaceChildren(
    h(
      "div",
      { className: "fh", lang: words.lang, dir: host.dir || words.dir, style: `color-scheme:${given("theme")};min-height:${count * 5.5}em` },
      heading && h(`h${level as 2}`, { part: "heading" }, heading),
      link,
      rows,
    ),
  );

  let found: Found;

  const row: Row = ({ id, title, place, organizer, status, price }, ...said) =>
    h(
      "li",
      { part: "card" },
      h("a", { part: "title", href: hub + "l/" + encodeURIComponent(id), onclick: () => emit("select", { id, title }) }, h("bdi", {}, title)),
      h(
        "p",
        { part: "meta" },
        ...[/can|pos|ful/.test(status!) && words.own[status!], ...said, place?.name, organizer?.name, price?.text]
          .filter(Boolean)
          .flatMap((part, i) => [i && " · ", h("bdi", {}, part)]),
      ),
    );

  /** show draws what of the last answer is true at this moment. */
  const show = () => {
    rows.textContent = "";
    const more = draw(words, found, count, query, row, (title, cards) =>
      rows.append(h("section", {}, title && h(`h${(level + +!!heading) as 3}`, { part: "day" }, title), h("ul", {}, ...cards))),
    );
    if ((link.hidden = !!rows.firstChild)) rows.append(h("a", { part: "more", href: `${hub}?lang=${words.lang}${query}` }, more));
  };

  const ask = async () => {
    const tend = async (got?: any) => (await import("./aside")).tend(got, label, words, root, rows, end, show, ask, emit);
    const slow = setTimeout(tend, 400);
    const got = await (first || search());
    first = 0;
    clearTimeout(slow);
    if (end.aborted) return;
    if (got?.items?.map) {
      found = got;
      found.items = found.items.filter((item) => item?.id);
      show();
    }
    tend(got);
  };
  ask();
  return ask;
}

/** define makes <fh-…>. */
export const define = (mode: Mode) =>
  customElements.define(
    "fh-" + mode[0],
    class extends HTMLElement {
      #root = this.attachShadow({ mode: "open" });
      #end?: AbortController;
      /** refresh asks again. */
      declare refresh?: () => void;

      async connectedCallback() {
        this.disconnectedCallback();
        const { signal } = (this.#end = new AbortController());
        this.#root.adoptedStyleSheets = [sheet];
        if (!this.refresh) this.#root.append(h("slot"));
        await 0; // several attributes may change at once
        this.refresh = await run(this, this.#root, mode, signal);
      }

      disconnectedCallback() {
        this.#end?.abort();
      }
    },
  );
