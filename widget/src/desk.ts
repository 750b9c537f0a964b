import type { Answer } from "./api";
import type { Kit, View } from "./kit";
import type { Panel } from "./panel";
import type { Core } from "./search";
import { save, type Pairs } from "./state";
import styles from "./desk.css";

/** the views beside the list, loaded when residents turn to them */
const views = new Map<string, () => Promise<{ default: (kit: Kit) => View }>>([]);

/** Desk is what residents do with a search: they type, pick, remove, turn to another view, and go back. */
export type Desk = ReturnType<typeof desk>;

export default function desk(core: Core) {
  const { root, words, own, settings, labels, now, end, dom, nodes, emit, announce, ask } = core;
  const { h, fill, button, name } = dom;
  const { input, form, side, chips, turns, notice, list, beside } = nodes;
  const { t, put, count, day } = words;
  const worn = new Set<string>();
  const made = new Map<string, View>();

  let panel: Panel | undefined;
  let typing = false;
  let chipTexts = "";
  let keyed = 0;
  let answered: Answer;

  const kit: Kit = {
    ...dom,
    host: core.host,
    root,
    hub: settings.hub,
    level: core.itemLevel,
    words,
    texts: words.texts,
    labels,
    style(css) {
      if (worn.has(css)) return;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
      worn.add(css);
    },
    query(extra = {}, limit) {
      const asked = new URLSearchParams(core.query());
      asked.set("facets", "none");
      if (limit) asked.set("limit", limit + "");
      for (const [name, values] of Object.entries(extra)) {
        asked.delete(name);
        for (const value of [values].flat()) if (value) asked.append(name, value);
      }
      return asked + "";
    },
    ask: core.search,
    get: core.get,
    card: core.card,
    link: core.link,
    open: (item) => core.open(item),
    say: announce,
    emit,
    pick,
    picks: () => new URLSearchParams(now.picks),
    told,
  };
  kit.style(styles);

  /** told is a pick in words. */
  function told(param: string, value: string): string {
    if (param === "age") return t.age + ": " + put(t.years, value);
    if (param === "free") return t.free;
    const date = core.wall(value);
    if (param === "from" || param === "to") return put(t[param], date ? day(date) : value);
    return labels.get(param + value) ?? value;
  }

  const open = button("", unfold, { class: "fold", "aria-expanded": "false" });
  const close = button("", () => (unfold(), open.focus()), { class: "fold main" });
  const box = h("div", { id: "filters", part: "filters" }, close);
  side.append(open, box);

  function unfold() {
    open.setAttribute("aria-expanded", box.classList.toggle("open") as any);
  }

  const except = (name: string) => [...now.picks].filter(([n]) => n !== name);

  const remove = (name: string, value: string) => pick([...now.picks].filter(([n, v]) => n !== name || v !== value));

  function pickForm(typed?: boolean) {
    const fields = [...new FormData(form)] as [string, string][];
    return pick(panel ? fields : [...except("q"), ...fields], typed);
  }

  /** pick makes a choice the current one, if it is another: a burst of typing is one step of the history, all else one each. */
  function pick(choice: Pairs, typed = false): boolean {
    const wanted = core.clean(choice);
    const sameBurst = typed && typing;
    typing = typed;
    if (wanted + "" === now.picks + "") return false;
    now.picks = wanted;
    save(settings, now, sameBurst);
    emit("filter", { filters: wanted + "" });
    if (typed) show();
    else sync();
    ask();
    return true;
  }

  /** sync writes the picks into the fields, which may hold what was half typed. */
  function sync() {
    input.value = now.picks.get("q") ?? "";
    panel?.sync(now.picks);
    show();
  }

  /** show brings all else in line with the picks. */
  function show(answer?: Answer) {
    panel?.show(now.picks, answer?.facets);
    const chosen = except("q");
    const texts = chosen.map(([name, value]) => told(name, value));
    fill(open, own.filters + (chosen.length ? ` (${chosen.length})` : ""));
    if (texts + "" === chipTexts) return;
    chipTexts = texts + "";
    const place = [...chips.children].findIndex((chip) => chip.contains(root.activeElement));
    fill(
      chips,
      ...chosen.map(([param, value], i) =>
        h("li", {}, button(name(texts[i]), () => remove(param, value), { part: "chip", "aria-label": put(t.remove, texts[i]) })),
      ),
      chosen.length > 1 && h("li", {}, button(t.reset, () => pick([]), { part: "chip" })),
    );
    chips.hidden = !chosen.length;
    if (place >= 0) ((chips.children[Math.min(place, chosen.length - 1)]?.firstChild as HTMLElement) ?? input).focus();
  }

  /** furnish adds the filters, which have room beside the list or are folded. */
  async function furnish() {
    const { default: make } = await import("./panel");
    if (panel || end.aborted) return;
    panel = make(kit, settings);
    close.before(...panel.nodes);
    panel.sync(now.picks);
    panel.show(now.picks, answered.facets);
  }

  /** turn shows another view, or the same again after another search. */
  async function turn(to: string) {
    if (to !== now.view) {
      now.view = to;
      typing = false;
      save(settings, now, false);
      emit("view", { view: to });
    }
    turns.forEach((button, i) => button.setAttribute("aria-pressed", (settings.views[i] === to) as any));
    list.hidden = to !== "list";
    beside.hidden = !list.hidden;
    if (beside.hidden) return;
    try {
      const found = made.get(to) ?? (await views.get(to)!()).default(kit);
      if (end.aborted) return found.end();
      made.set(to, found);
      if (to !== now.view) return;
      fill(beside, found.node);
      await found.show();
    } catch {
      if (to === now.view) fill(beside, h("p", {}, t.failed), button(t.retry, () => turn(to)));
    }
  }

  /** advise says what to do when nothing was found. */
  async function advise(answer: Answer) {
    const { default: advice } = await import("./advice");
    if (answered === answer) fill(notice, ...advice(kit, answer));
  }

  addEventListener(
    "popstate",
    () => {
      const { picks, view } = core.load();
      typing = false;
      const same = picks + "" === now.picks + "";
      now.picks = picks;
      if (view !== now.view) turn((now.view = view));
      if (same) return;
      sync();
      ask();
    },
    { signal: end },
  );
  end.addEventListener("abort", () => {
    clearTimeout(keyed);
    for (const view of made.values()) view.end();
  });

  return {
    pick,
    turn,
    /** typed waits for a pause in typing; a box is picked at once. */
    typed({ type }: HTMLInputElement) {
      clearTimeout(keyed);
      if (type === "checkbox") return pickForm();
      core.hush();
      keyed = setTimeout(pickForm, 250, true);
    },
    submit() {
      clearTimeout(keyed);
      if (!pickForm()) ask();
    },
    /** take shows what an answer says besides its hits. */
    take(answer: Answer) {
      answered = answer;
      show(answer);
      fill(close, put(own.show, answer.total ? count(t.hits, answer.total) : t.none));
      if (!answer.total) advise(answer);
      if (!panel && settings.filters[0]) furnish();
      turn(now.view);
    },
  };
}
