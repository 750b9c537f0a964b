import type { Kit } from "./kit";
import type { suggest as nb } from "../locales/nb.json";
import styles from "./suggest.css";

/** a way to go on from what is being typed */
interface Way {
  text: string;
  kind?: string;
  parameters?: { [name: string]: string[] };
}

const pause = 150;

/**
 * suggest offers ways to go on below the field while something is typed: a combobox, worked by arrow keys, Enter, Escape and
 * pointers. The field is as good without them.
 */
export default function suggest(kit: Kit, input: HTMLInputElement) {
  const { h, fill, name, words, end: signal } = kit;
  const t = kit.texts<typeof nb>("suggest");
  const list = h("ul", { id: "ways", role: "listbox", part: "suggestions", "aria-label": t.label, hidden: true });
  let asking = new AbortController();
  let later = 0;
  let active = -1;
  /** until when the hub wants to be left alone */
  let rest = 0;

  kit.style(styles);
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "ways", "aria-expanded": "false" }))
    input.setAttribute(name, value);

  /** point makes one way the active one; -1 is the field itself. */
  function point(to: number) {
    active = to;
    [...list.children].forEach((way, i) => way.setAttribute("aria-selected", (i === active) as any));
    list.children[active]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[active]?.id ?? "");
  }

  function close() {
    asking.abort();
    clearTimeout(later);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  /** take goes a way: its filters when all of them may be picked here, otherwise its text. */
  function take({ text, parameters = {} }: Way) {
    close();
    const rest = [...kit.picks()].filter(([name]) => name !== "q" && name !== "keep");
    const wanted = Object.entries(parameters).flatMap(([name, values]) => values.map((value) => [name, value] as [string, string]));
    kit.pick([...rest, ...wanted]);
    const picks = kit.picks();
    if (!wanted[0] || !wanted.every(([name, value]) => picks.getAll(name).includes(value))) kit.pick([...rest, ["q", text]]);
    input.focus();
  }

  async function ask() {
    const typed = input.value.trim();
    asking.abort();
    if (typed.length < 2 || rest > Date.now()) return close();
    const mine = (asking = new AbortController());
    const { suggestions, wait } = await kit.get("api/v1/suggest?" + new URLSearchParams({ q: typed, lang: words.lang, limit: "6" }), mine.signal);
    if (wait) rest = Date.now() + wait * 1000;
    if (mine.signal.aborted || !kit.root.activeElement) return;
    const ways: Way[] = (Array.isArray(suggestions) ? suggestions : []).filter((way) => way?.text && way.text !== typed);
    fill(
      list,
      ...ways.map((way, i) =>
        h(
          "li",
          { id: "way-" + i, role: "option", pointerdown: (event) => event.preventDefault(), click: () => take(way) },
          name(way.text),
          Object.hasOwn(t.kinds, way.kind!) && h("small", {}, " " + t.kinds[way.kind as "place"]),
        ),
      ),
    );
    list.hidden = !ways[0];
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(-1);
  }

  input.addEventListener(
    "input",
    () => {
      clearTimeout(later);
      later = setTimeout(ask, pause);
    },
    { signal },
  );
  input.addEventListener("blur", close, { signal });
  input.form!.addEventListener("submit", close, { signal });
  input.addEventListener(
    "keydown",
    (event) => {
      const { key } = event;
      if (list.hidden) {
        if (key === "ArrowDown" && list.children[0] && input.value.trim()) ask();
        return;
      }
      const n = list.children.length + 1;
      if (key === "ArrowDown") point(((active + 2) % n) - 1);
      else if (key === "ArrowUp") point(((active + n) % n) - 1);
      else if (key === "Escape") close();
      else if (key === "Enter" && active >= 0) (list.children[active] as HTMLElement).click();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  signal.addEventListener("abort", close);
  ask();
}
