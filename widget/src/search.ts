import { get, search, type Answer, type Failure, type Item } from "./api";
import type { Desk } from "./desk";
import { button, fill, h, name, web } from "./dom";
import { search as nb } from "../locales/nb.json";
import { attributes, clean, load, options, query, save, type Options, type Pairs } from "./state";
import styles from "./style.css";
import { tagged, words, type Words } from "./text";
import { card, foreign } from "./view";

/** the hub is two folders above this script */
const home = new URL("../../", import.meta.url).href;
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);

/** Core is what the first result needs, and what all else stands on. */
export type Core = ReturnType<typeof run>;

type State = "loading" | "empty" | "error" | "";

/** run builds the search into a shadow root and keeps it alive until `end` is aborted. `first` is the answer to come. */
function run(
  host: HTMLElement,
  root: ShadowRoot,
  settings: Options,
  words: Words,
  states: Set<string> | undefined,
  end: AbortSignal,
  first: Promise<Answer | Failure> | undefined,
) {
  const { t, put, count, number } = words;
  const own = words.texts("search", nb);
  const { hub, heading, level, views } = settings;
  /** what the hub calls a value, by facet and value */
  const labels = new Map<string, string>();

  const now = load(settings);
  let desk: Promise<Desk> | undefined;
  let asking = new AbortController();
  let next: string | undefined;
  let fetched = false;
  let blocked = 0;
  let quiet = 0;
  let saying = 0;
  let later = 0;

  root.adoptedStyleSheets = [sheet];

  const mark = (state: State) => {
    try {
      states!.clear();
      if (state) states!.add(state);
    } catch {} // older browsers know no custom states
  };

  const emit = (type: string, detail = {}) =>
    host.dispatchEvent(new CustomEvent("fh:" + type, { detail, bubbles: true, composed: true, cancelable: true }));

  /** use does something at the desk, which is fetched when it is first needed; that it is not to be had is said to who asked for it. */
  const use = (what: (desk: Desk) => void, asked = true) =>
    (desk ??= Promise.all([import("./desk"), import("./panel"), words.all()]).then(([desk, panel]) => desk.default(core, panel.default))).then(what, () => {
      desk = undefined;
      if (asked) say(t.failed);
    });

  // The frame, which stays.
  const input = h("input", { id: "q", name: "q", type: "search", part: "input", autocomplete: "off", maxlength: 200, value: now.picks.get("q") ?? "" });
  const side = h("div", { class: "side rows", hidden: !settings.filters[0] && !settings.neighbours[0] });
  const form = h(
    "form",
    {
      role: "search",
      part: "search",
      "aria-label": heading,
      input: ({ target }) => use((desk) => desk.typed(target as HTMLInputElement)),
      submit(event) {
        event.preventDefault();
        use((desk) => desk.submit());
      },
    },
    h("div", {}, h("label", { for: "q" }, own.label), h("div", { class: "bar" }, input, h("button", { part: "button", class: "main" }, own.search))),
    side,
  );
  const chips = h("ul", { role: "list", "aria-label": own.filters, hidden: ![...now.picks.keys()].some((name) => name !== "q") });
  const status = h("p", { role: "status", part: "status" });
  const turns = views.map((view) => button(own.views[view as "list"], () => use((desk) => desk.turn(view)), { "aria-pressed": String(view === now.view) }));
  const link = h("slot");
  const notice = h("div", { part: "notice" });
  const results = h("ol", { role: "list", part: "list" });
  const bones = h("div", { part: "bones" });
  bones.style.minHeight = settings.count * 9.5 + "em";
  const rest = h("div", { part: "rest" });
  const shown = h("p");
  const pager = h("div", { part: "pager", hidden: true }, shown, button(own.more, () => find(true)));
  const list = h("div", {}, link, results, bones, rest, pager);
  const beside = h("div", { part: "view" });
  const all = h(
    "div",
    { class: "fh", lang: words.lang, dir: words.dir },
    heading && h(`h${level}` as "h2", { part: "heading" }, heading),
    h(
      "div",
      { class: "grid" },
      form,
      h(
        "div",
        {},
        chips,
        h("div", { class: "line" }, status, turns[1] && h("div", { role: "group", part: "views", "aria-label": own.view }, ...turns)),
        notice,
        list,
        beside,
      ),
    ),
  );
  all.style.minHeight = settings.minHeight + "px";
  fill(root, all);

  /** keep does what may remove the focused element, and then finds it again. */
  function keep(change: () => void) {
    const id = root.activeElement?.id;
    change();
    if (id != null && !root.activeElement) ((id && root.getElementById(id)) || input).focus();
  }

  /** say says something once nothing has been typed for a while. */
  function say(text: string) {
    clearTimeout(saying);
    saying = setTimeout(() => status.textContent !== text && fill(status, text), quiet - Date.now());
  }

  const core = {
    h,
    fill,
    button,
    name,
    web,
    host,
    root,
    hub,
    level: Math.min(level + +!!heading, 6),
    words,
    own,
    settings,
    labels,
    now,
    end,
    input,
    form,
    side,
    chips,
    turns,
    notice,
    rest,
    list,
    beside,
    emit,
    say,
    find,
    use,
    get: (path: string, signal?: AbortSignal) => get(hub + path, signal),
    ask: (query: string, signal?: AbortSignal) => search(hub, query, signal),
    /** asked is the current search as a query. */
    asked: () => query(settings, now.picks),
    clean: (pairs: Pairs) => clean(settings, pairs),
    load: () => load(settings),
    save: (replace: boolean) => save(settings, now, replace),
    /** hush keeps the status quiet while something is being typed. */
    hush: () => (quiet = Date.now() + 500),
    foreign: (language?: string) => foreign(words, language),
    /** link is a link to a hit, which opens it as the page has decided. */
    link(item: Item, ...children: (Node | string)[]): HTMLAnchorElement {
      const { id, title, language } = item;
      const href = hub + "l/" + encodeURIComponent(id);
      const click = (event: Event) => {
        const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
        const here = settings.detail && !ctrlKey && !metaKey && !shiftKey;
        const open = emit("select", { id, title });
        if (!open || here) event.preventDefault();
        if (open && here) use((desk) => desk.open(item, href, link));
      };
      const link = h("a", { href, lang: core.foreign(language), click }, ...children);
      return link;
    },
    card: (item: Item): HTMLElement => card(words, core.level, labels, item, core.link),
  };

  /** find fetches the first page of what is picked, or the next page; not before the hub allows it. */
  async function find(further = false) {
    asking.abort();
    clearTimeout(later);
    const pause = blocked - Date.now();
    if (pause > 0) {
      later = setTimeout(find, pause, further);
      return;
    }
    const mine = (asking = new AbortController());
    const slow = setTimeout(() => say(t.loading), 400);
    mark("loading");
    const answer = await (first ?? search(hub, further ? next! : query(settings, now.picks), mine.signal));
    first = undefined;
    clearTimeout(slow);
    if (asking !== mine) return;
    bones.remove();
    if ("cause" in answer) return fail(answer, further);
    take(answer, further);
    emit("results", { total: answer.total, q: now.picks.get("q") ?? "" });
  }

  function take(answer: Answer, further: boolean) {
    const { total, items, facets } = answer;
    const before = further ? results.children.length : 0;
    const begun = !fetched;
    const hits = total ? count(t.hits, total) : t.none;
    fetched = true;
    next = answer.next;
    mark(total ? "" : "empty");
    for (const [param, choices] of facets) for (const { value, label } of choices) labels.set(param + value, String(label || value));
    const cards = items.map((item) => h("li", {}, core.card(item)));
    keep(() => {
      fill(notice, answer.note);
      if (further) results.append(...cards);
      else fill(results, ...cards);
    });
    if (answer.read[0]) chips.hidden = false;
    say(hits);
    fill(shown, put(own.shown, number(before + cards.length), number(total)));
    pager.hidden = !next;
    link.remove();
    if (further) results.children[before]?.querySelector("a")?.focus();
    if (!total) emit("empty");
    if (begun) {
      performance.mark("fh-results");
      emit("ready");
    }
    if (!further) use((desk) => asking.signal.aborted || desk.take(answer), false);
  }

  function fail({ cause, wait }: Failure, further: boolean) {
    mark("error");
    if (wait) {
      blocked = Date.now() + wait * 1000;
      find(further);
    }
    if (!emit("error", { cause })) return;
    const again = { id: "again" };
    const text = put(t[cause], number(wait!));
    say(text);
    if (further) fill(shown, text);
    else
      keep(() =>
        fill(
          notice,
          fetched && h("p", {}, own.kept),
          cause === "refused" ? button(t.reset, () => use((desk) => desk.pick([]) || find()), again) : !wait && button(t.retry, () => find(), again),
        ),
      );
  }

  end.addEventListener("abort", () => {
    asking.abort();
    clearTimeout(later);
  });

  find();
  return core;
}

/** FritidsSearch is <fh-search>: search, filters and list of what a hub knows, in any page. */
class FritidsSearch extends HTMLElement {
  static observedAttributes = attributes;
  #root = this.attachShadow({ mode: "open" });
  #internals = this.attachInternals();
  #end?: AbortController;
  #running?: ReturnType<typeof run>;

  async connectedCallback() {
    this.disconnectedCallback();
    const { signal } = (this.#end = new AbortController());
    if (!this.#running) fill(this.#root, h("slot"));
    await null; // several attributes may change at once
    if (signal.aborted) return;
    const tag = tagged(this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang"));
    const settings = options(this, home, tag);
    const { hub } = settings;
    let first: Promise<Answer | Failure> | undefined = search(hub, query(settings, load(settings).picks), signal);
    const loaded = await words(tag, this.getAttribute("dir"), hub);
    if (signal.aborted) return;
    if (loaded.lang !== tag) {
      settings.base.set("lang", loaded.lang);
      first = undefined;
    }
    this.#running = run(this, this.#root, settings, loaded, this.#internals.states, signal, first);
  }

  disconnectedCallback() {
    this.#end?.abort();
  }

  attributeChangedCallback() {
    if (this.#end && this.isConnected) this.connectedCallback();
  }

  /** refresh searches again. */
  refresh() {
    this.#running?.find();
  }

  /** setFilters replaces what is picked: `{q: "fotball", category: ["football", "music"]}`. */
  setFilters(filters: { [name: string]: string | string[] } = {}) {
    this.#running?.use((desk) =>
      desk.pick(Object.entries(filters).flatMap(([name, values]) => [values].flat().map((value) => [name, value + ""] as [string, string]))),
    );
  }

  /** focus moves to the search field. */
  override focus() {
    this.#running?.input.focus();
  }
}

if (!customElements.get("fh-search")) customElements.define("fh-search", FritidsSearch);

import "./stand";
