import { search, type Answer, type Failure } from "./api";
import { button, fill, h, name } from "./dom";
import { panel, say } from "./facets";
import { attributes, clean, load, options, query, save, type Pairs } from "./state";
import styles from "./style.css";
import { words, type Words } from "./text";
import { card } from "./view";

/** the hub is two folders above this script */
const home = new URL("../../", import.meta.url).href;
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);

type State = "loading" | "empty" | "error" | "";

/** run builds the search into a shadow root and keeps it alive until `end` is aborted. */
function run(host: HTMLElement, root: ShadowRoot, words: Words, states: Set<string> | undefined, end: AbortSignal) {
  const { t, put, count, number } = words;
  const settings = options(host, home, words.asked);
  const { hub, filters, heading, level } = settings;
  /** what the hub calls a value, by facet and value */
  const labels = new Map<string, string>();

  let picks = load(settings);
  let asking = new AbortController();
  let next: string | undefined;
  let fetched = false;
  let blocked = 0;
  let lastKey = 0;
  let typing = false;
  let chipTexts = "";
  let saying = 0;
  let keyed = 0;
  let later = 0;

  const own = new CSSStyleSheet();
  own.replaceSync(`:host{min-height:${settings.minHeight}px}[part=bones]{min-height:${settings.size * 9.5}em}`);
  root.adoptedStyleSheets = [sheet, own];

  const mark = (state: State) => {
    try {
      states!.clear();
      if (state) states!.add(state);
    } catch {} // older browsers know no custom states
  };

  const emit = (type: string, detail = {}) =>
    host.dispatchEvent(new CustomEvent("fh:" + type, { detail, bubbles: true, composed: true, cancelable: true }));

  // The frame, which stays.
  const input = h("input", { id: "q", name: "q", type: "search", part: "input", autocomplete: "off", maxlength: 200 });
  const side = panel(words, settings, labels);
  const open = button("", unfold, { class: "fold", "aria-expanded": "false" });
  const close = button("", () => (unfold(), open.focus()), { class: "fold main" });
  const panelBox = h("div", { id: "filters", part: "filters" }, ...side.nodes, close);
  const form = h(
    "form",
    { role: "search", part: "search", submit, input: typed },
    h("div", {}, h("label", { for: "q" }, t.label), h("div", { class: "bar" }, input, h("button", { part: "button", class: "main" }, t.search))),
    h("div", { class: "side", hidden: !filters.length }, open, panelBox),
  );
  const chipList = h("ul", { role: "list", "aria-label": t.filters });
  const status = h("p", { role: "status", part: "status" });
  const link = h("slot");
  const notice = h("div", { part: "notice" });
  const results = h("ol", { role: "list", part: "list" });
  const bones = h("div", { part: "bones" });
  const shown = h("p");
  const pager = h("div", { part: "pager", hidden: true }, shown, button(t.more, () => ask(true)));
  fill(
    root,
    h(
      "div",
      { class: "fh", lang: words.lang, dir: words.dir },
      heading && h(`h${level}` as "h2", { part: "heading" }, heading),
      h(
        "div",
        { class: "grid" },
        form,
        h("div", {}, chipList, h("div", { class: "line" }, status, link), notice, results, bones, pager),
      ),
    ),
  );

  /** keep does what may remove the focused element, and then finds it again. */
  function keep(change: () => void) {
    const id = root.activeElement?.id;
    change();
    if (id != null && !root.activeElement) ((id && root.getElementById(id)) || input).focus();
  }

  function announce(text: string) {
    clearTimeout(saying);
    saying = setTimeout(() => status.textContent !== text && fill(status, text), lastKey + 500 - Date.now());
  }

  function unfold() {
    open.setAttribute("aria-expanded", panelBox.classList.toggle("open") as any);
  }

  const except = (name: string) => [...picks].filter(([n]) => n !== name);

  const remove = (name: string, value: string) => pick([...picks].filter(([n, v]) => n !== name || v !== value));
  const clear = () => pick([]);
  const pickForm = (typed?: boolean) => pick(new FormData(form) as unknown as Pairs, typed);

  function typed({ target }: Event) {
    clearTimeout(keyed);
    if ((target as HTMLInputElement).type === "checkbox") return pickForm();
    lastKey = Date.now();
    keyed = setTimeout(pickForm, 250, true);
  }

  function submit(event: Event) {
    event.preventDefault();
    if (!pickForm()) ask();
  }

  /** pick makes a choice the current one, if it is another: a burst of typing is one step of the history, all else one each. */
  function pick(choice: Pairs, typed = false): boolean {
    const wanted = clean(settings, choice);
    const sameBurst = typed && typing;
    typing = typed;
    if (wanted + "" === picks + "") return false;
    picks = wanted;
    save(settings, picks, sameBurst);
    emit("filter", { filters: picks + "" });
    if (typed) show();
    else sync();
    ask();
    return true;
  }

  /** sync writes the picks into the fields, which may hold what was half typed. */
  function sync() {
    for (const field of [input, ...side.fields]) field.value = picks.get(field.name) ?? "";
    show();
  }

  /** show brings all else in line with the picks. */
  function show(answer?: Answer) {
    side.show(picks, answer?.facets);
    const chosen = except("q");
    const texts = chosen.map(([name, value]) => say(words, labels, name, value));
    fill(open, t.filters + (chosen.length ? ` (${chosen.length})` : ""));
    if (texts + "" === chipTexts) return;
    chipTexts = texts + "";
    const place = [...chipList.children].findIndex((chip) => chip.contains(root.activeElement));
    fill(
      chipList,
      ...chosen.map(([param, value], i) =>
        h("li", {}, button(name(texts[i]), () => remove(param, value), { part: "chip", "aria-label": put(t.remove, texts[i]) })),
      ),
      chosen.length > 1 && h("li", {}, button(t.reset, clear, { part: "chip" })),
    );
    chipList.hidden = !chosen.length;
    if (place >= 0) ((chipList.children[Math.min(place, chosen.length - 1)]?.firstChild as HTMLElement) ?? input).focus();
  }

  /** ask fetches the first page of what is picked, or the next page; not before the hub allows it. */
  async function ask(further = false) {
    asking.abort();
    clearTimeout(later);
    const rest = blocked - Date.now();
    if (rest > 0) {
      later = setTimeout(ask, rest, further);
      return;
    }
    const mine = (asking = new AbortController());
    const slow = setTimeout(() => announce(t.loading), 400);
    mark("loading");
    const answer = await search(hub, further ? next! : query(settings, picks), mine);
    clearTimeout(slow);
    if (asking !== mine) return;
    bones.remove();
    if ("cause" in answer) return fail(answer, further);
    take(answer, further);
    emit("results", { total: answer.total, q: picks.get("q") ?? "" });
  }

  function take(answer: Answer, further: boolean) {
    const { total, items } = answer;
    const before = further ? results.children.length : 0;
    const first = !fetched;
    const hits = total ? count(t.hits, total) : t.none;
    fetched = true;
    next = answer.next;
    mark(total ? "" : "empty");
    if (!further) show(answer);
    const cards = items.map((item) =>
      h(
        "li",
        {},
        card(words, hub, Math.min(level + +!!heading, 6), labels, item, (event) => {
          if (!emit("select", { id: item.id, title: item.title })) event.preventDefault();
        }),
      ),
    );
    keep(() => {
      fill(notice, answer.note);
      if (further) results.append(...cards);
      else fill(results, ...cards);
    });
    announce(hits);
    fill(close, put(t.show, hits));
    fill(shown, put(t.shown, number(before + cards.length), number(total)));
    pager.hidden = !next;
    link.remove();
    if (further) results.children[before]?.querySelector("a")?.focus();
    if (!total) advise(answer);
    if (first) {
      performance.mark("fh-results");
      emit("ready");
    }
  }

  /** advise says which one filter to drop when nothing was found, and what that gives. */
  function advise({ without }: Answer) {
    emit("empty");
    fill(
      notice,
      h("p", {}, t.tips),
      ...without
        .filter(([name]) => picks.has(name))
        .map(([name, hits]) => {
          const what = picks.getAll(name).map((value) => say(words, labels, name, value));
          return button(`${put(t.remove, what.join(", "))} (${count(t.hits, hits)})`, () => pick(except(name)));
        }),
      picks.size > 0 && button(t.reset, clear),
    );
  }

  function fail({ cause, wait }: Failure, further: boolean) {
    mark("error");
    if (wait) {
      blocked = Date.now() + wait * 1000;
      ask(further);
    }
    if (!emit("error", { cause })) return;
    const again = { id: "again" };
    const text = put(t[cause], number(wait!));
    announce(text);
    if (further) fill(shown, text);
    else
      keep(() =>
        fill(
          notice,
          fetched && h("p", {}, t.kept),
          cause === "refused" ? button(t.reset, () => clear() || ask(), again) : !wait && button(t.retry, () => ask(), again),
        ),
      );
  }

  addEventListener(
    "popstate",
    () => {
      const there = load(settings);
      if (there + "" === picks + "") return;
      picks = there;
      typing = false;
      sync();
      ask();
    },
    { signal: end },
  );
  end.addEventListener("abort", () => {
    asking.abort();
    clearTimeout(keyed);
    clearTimeout(later);
  });

  sync();
  ask();
  return { ask, input, pick };
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
    const tag = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang");
    const loaded = await words(tag ?? "", this.getAttribute("dir"));
    if (!signal.aborted) this.#running = run(this, this.#root, loaded, this.#internals.states, signal);
  }

  disconnectedCallback() {
    this.#end?.abort();
  }

  attributeChangedCallback() {
    if (this.#running && this.isConnected) this.connectedCallback();
  }

  /** refresh searches again. */
  refresh() {
    this.#running?.ask();
  }

  /** setFilters replaces what is picked: `{q: "fotball", category: ["football", "music"]}`. */
  setFilters(filters: { [name: string]: string | string[] } = {}) {
    this.#running?.pick(Object.entries(filters).flatMap(([name, values]) => [values].flat().map((value) => [name, value + ""] as [string, string])));
  }

  /** focus moves to the search field. */
  override focus() {
    this.#running?.input.focus();
  }
}

if (!customElements.get("fh-search")) customElements.define("fh-search", FritidsSearch);
