import type { Answer, Item } from "./api";
import styles from "./desk.css";
import type { Kit, Tree } from "./kit";
import type makePanel from "./panel";
import type { Core } from "./search";
import { save, type Pairs } from "./state";

/** what the hub may draw for us */
const drawn = /^(a|bdi|button|d[dlt]|div|h[23]|li|[ou]l|p|section|strong|time)$/;
const said = /^(datetime|dir|href|lang|part|rel|role|value)$/;

/** Desk is what residents do with a search: they type, pick, remove, turn to another view, and go back. */
export type Desk = ReturnType<typeof desk>;

export default function desk(core: Core, make: typeof makePanel) {
  const { root, words, settings, now, end, dom, nodes, emit, announce, ask } = core;
  const { h, fill, button, name } = dom;
  const { input, form, chips, notice, rest } = nodes;
  const { t, put } = words;
  const worn = new Set<string>();

  let typing = false;
  let chipTexts = "";
  let keyed = 0;
  let answered: Answer | undefined;
  let suggesting: Promise<unknown> | undefined;
  let details: Promise<((item: Item, from?: Element) => void) | void> | undefined;
  let turns: Promise<((to: string) => void) | void> | undefined;

  const kit: Kit = {
    ...dom,
    host: core.host,
    root,
    hub: settings.hub,
    level: core.itemLevel,
    words,
    texts: words.texts,
    labels: core.labels,
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
    build,
    card: core.card,
    link: core.link,
    open: (item) => core.open(item),
    say: announce,
    emit,
    pick,
    picks: () => new URLSearchParams(now.picks),
    told: (param, value) => panel.told(param, value),
  };
  kit.style(styles);

  const panel = make(kit, core);
  nodes.side.append(...panel.nodes);

  /** build makes nothing that was not looked for: no attribute runs, and what leads somewhere goes through h. */
  function build(tree: Tree): Node | string {
    if (typeof tree === "string") return tree;
    const [tag, attributes, ...children] = tree;
    if (!drawn.test(tag)) return "";
    const known: typeof attributes = {};
    for (const name in attributes) if (said.test(name)) known[name] = name === "href" ? new URL(attributes[name], settings.hub).href : attributes[name];
    return h(tag.replace("h2", `h${Math.min(core.itemLevel + 1, 6)}`) as "p", known, ...(children as Tree[]).map(build));
  }

  const except = (...names: string[]) => [...now.picks].filter(([n]) => !names.includes(n));

  /** pickForm takes what the fields say, and leaves what they do not show. */
  function pickForm(typed?: boolean) {
    const fields = [...new FormData(form)] as [string, string][];
    return pick([...except("q", ...panel.names), ...fields], typed);
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
    panel.sync(now.picks);
    show();
  }

  /** show brings all else in line with the picks. */
  function show(answer?: Answer) {
    panel.show(now.picks, answer?.facets);
    const hits = answered?.total ? words.count(t.hits, answered.total) : t.none;
    const chosen = except("q", "keep", "radius").map(
      ([param, value]): [string, () => void] => [panel.told(param, value), () => pick([...now.picks].filter(([n, v]) => n !== param || v !== value))],
    );
    const picked = chosen.length;
    for (const { label, remove } of answered?.read ?? [])
      chosen.push([label, () => pick([...except("q"), ["q", new URLSearchParams(remove.split("?")[1]).get("q") ?? ""]])]);
    panel.sum(picked, hits);
    const texts = chosen.map(([text]) => text) + "";
    if (texts === chipTexts) return;
    chipTexts = texts;
    const place = [...chips.children].findIndex((chip) => chip.contains(root.activeElement));
    fill(
      chips,
      ...chosen.map(([text, off]) => h("li", {}, button(name(text), off, { part: "chip", "aria-label": put(t.remove, text) }))),
      picked > 1 && h("li", {}, button(t.reset, () => pick([]), { part: "chip" })),
    );
    chips.hidden = !texts;
    if (place >= 0) ((chips.children[Math.min(place, chosen.length - 1)]?.firstChild as HTMLElement) ?? input).focus();
  }

  /** turn shows another view, or the same again after another search. */
  async function turn(to: string) {
    if (to !== now.view) {
      now.view = to;
      typing = false;
      save(settings, now, false);
      emit("view", { view: to });
    }
    if (to === "list" && !turns) return;
    turns ??= import("./turns").then(
      (part) => part.default(core, kit),
      () => announce(t.failed),
    );
    (await turns)?.(to);
  }

  /** advise says what to do when nothing was found, and what else there is that states nothing of what was asked for. */
  async function advise(answer: Answer) {
    try {
      const { default: advice } = await import("./advice");
      const nodes = await advice(kit, answer, settings);
      if (answered === answer) fill(answer.total ? rest : notice, ...nodes);
    } catch {} // without it the filters are there to be changed
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
  });

  panel.sync(now.picks);
  show();
  return {
    pick,
    turn,
    /** open shows a hit in the page; on its own page when that cannot be. */
    async open(item: Item, address: string, from?: Element) {
      details ??= import("./detail").then(
        (part) => part.default(kit, settings.detail === "inline"),
        () => location.assign(address),
      );
      (await details)?.(item, from);
    },
    /** typed waits for a pause in typing; a choice is picked at once. */
    typed({ type, id }: HTMLInputElement) {
      clearTimeout(keyed);
      if (/^(checkbox|select)/.test(type)) return pickForm();
      core.hush();
      keyed = setTimeout(pickForm, 250, true);
      if (id === "q")
        suggesting ??= import("./suggest").then(
          (part) => end.addEventListener("abort", part.default(kit, input)),
          () => (suggesting = undefined),
        );
    },
    submit() {
      clearTimeout(keyed);
      if (!pickForm()) ask();
    },
    /** take shows what an answer says besides its hits. */
    take(answer: Answer) {
      show((answered = answer));
      fill(rest);
      if (!answer.total || answer.raw.unstated) advise(answer);
      turn(now.view);
    },
  };
}
