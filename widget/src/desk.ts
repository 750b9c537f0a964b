import type { Answer } from "./api";
import beyond from "./beyond";
import styles from "./desk.css";
import type { Kit } from "./kit";
import type makePanel from "./panel";
import type { Core } from "./search";
import type { Pairs } from "./state";

/** Desk is what residents do with a search: they type, pick, remove, turn to another view, and go back. */
export type Desk = ReturnType<typeof desk>;

export default function desk(core: Core, make: typeof makePanel) {
  const { root, words, now, end, input, form, chips, notice, rest, h, fill, button, name, emit, find } = core;
  const { t, put, texts } = words;

  let typing = false;
  let chipTexts = "";
  let keyed = 0;
  let answered: Answer | undefined;
  let suggesting: Promise<unknown> | undefined;

  const kit = Object.assign(core, {
    texts,
    style(css: string) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
    },
    query(extra: { [name: string]: string } = {}) {
      const asked = new URLSearchParams(core.asked());
      Object.entries({ facets: "none", ...extra }).forEach((pair) => asked.set(...pair));
      return asked + "";
    },
    pick,
    picks: () => new URLSearchParams(now.picks),
  }) satisfies Kit;
  kit.style(styles);

  const panel = make(kit);
  const beside = beyond(kit);
  core.side.append(...panel.nodes);

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
    core.save(sameBurst);
    emit("filter", { filters: wanted + "" });
    if (typed) show();
    else sync();
    find();
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
    const chosen = except("q", "keep", "radius").map(
      ([param, value]): [string, () => void] => [panel.told(param, value), () => pick([...now.picks].filter(([n, v]) => n !== param || v !== value))],
    );
    const picked = chosen.length;
    for (const { label, remove } of answered?.read ?? [])
      chosen.push([label, () => pick([...except("q"), ["q", new URLSearchParams(remove.split("?")[1]).get("q") ?? ""]])]);
    panel.sum(picked, answered?.total ? words.count(t.hits, answered.total) : t.none);
    const texts = chosen.map(([text]) => text) + "";
    if (texts === chipTexts) return;
    chipTexts = texts;
    const place = [...chips.children].findIndex((chip) => chip.contains(root.activeElement));
    fill(
      chips,
      ...chosen.map(([text, off]) => h("li", {}, button(name(text), off, { part: "chip", "aria-label": put(panel.remove, text) }))),
      picked > 1 && h("li", {}, button(t.reset, () => pick([]), { part: "chip" })),
    );
    chips.hidden = !texts;
    if (place >= 0) ((chips.children[Math.min(place, chosen.length - 1)]?.firstChild as HTMLElement) ?? input).focus();
  }

  /** turn shows another view, or the same again after another search. */
  function turn(to: string) {
    if (to !== now.view) {
      now.view = to;
      typing = false;
      core.save(false);
      emit("view", { view: to });
    }
    beside.turn(to);
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
      find();
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
    open: beside.open,
    /** typed waits for a pause in typing; a choice is picked at once. */
    typed({ type, id }: HTMLInputElement) {
      clearTimeout(keyed);
      if (/^(checkbox|select)/.test(type)) return pickForm();
      core.hush();
      keyed = setTimeout(pickForm, 250, true);
      if (id === "q")
        suggesting ??= import("./suggest").then(
          (part) => part.default(kit, input),
          () => (suggesting = undefined),
        );
    },
    submit() {
      clearTimeout(keyed);
      if (!pickForm()) find();
    },
    /** take shows what an answer says besides its hits. */
    take(answer: Answer) {
      if (!answered && core.host.matches("[images=lazy]"))
        // without them it is a list all the same
        import("./pictures").then((part) => part.default(kit, answer.items)).catch(() => {});
      show((answered = answer));
      fill(rest, ...answer.unstated.map((text) => h("p", {}, text)));
      // without advice the filters are there to be changed
      if (!answer.total)
        beside
          .advice()
          .then((nodes) => answered === answer && fill(notice, ...nodes))
          .catch(() => {});
      turn(now.view);
    },
  };
}
