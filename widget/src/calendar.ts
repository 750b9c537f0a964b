import styles from "./calendar.css";
import type { Drawer, View } from "./kit";

/**
 * calendar shows what takes place in a month, as the hub draws it: a grid of days, and below it the day that is chosen; where it is
 * narrow, one day after another.
 */
export default function calendar(kit: Drawer): View {
  const { h, fill, root, words } = kit;
  kit.style(styles);

  let asking = new AbortController();
  /** the search that is shown, and the day or month of it */
  let asked = "";
  let at = "";
  /** whether keys are on their way to another month */
  let turning = false;

  kit.end.addEventListener("abort", () => asking.abort());
  const node = h("div", { click: pressed, keydown: moved });
  const days = () => [...node.querySelectorAll<HTMLButtonElement>("td button")];
  const day = (value: string) => days().find((button) => button.value === value);

  /** hold makes it the day that Tab comes to. */
  function hold(held: HTMLButtonElement) {
    for (const other of days()) other.tabIndex = other === held ? 0 : -1;
    held.focus();
  }

  /** go turns to a month, or chooses a day; then the focus is on `held`, a day, or where it was. That it cannot be is said: what was there stays. */
  async function go(to: string, held?: string) {
    asking.abort();
    const { signal } = (asking = new AbortController());
    const query = kit.query();
    turning = !!held;
    const drawn = await kit.drawn(`month?day=${to}&${query}`, signal).catch(() => {});
    if (signal.aborted) return;
    if (!drawn) {
      if (!node.firstChild) throw 0;
      return kit.say(words.t.failed);
    }
    // what was chosen takes no day away from under a finger
    if (query === asked && days()[0]?.value.startsWith(to.slice(0, 7))) return node.lastElementChild!.replaceWith(drawn.at(-1)!);
    const before = root.activeElement as HTMLButtonElement | null;
    const within = node.contains(before);
    asked = query;
    at = to;
    fill(node, ...drawn);
    // where a month is shorter the last of its days stands for what it lacks
    if (held) hold(day(held) ?? days().at(-1)!);
    else if (within) ((before!.id && root.getElementById(before!.id)) || day(before!.value) || node.querySelector("p"))!.focus();
    kit.say(node.querySelector("#month")!.textContent + ": " + node.querySelector(".days + p")!.textContent);
  }

  function pressed({ target }: Event) {
    const button = (target as Element).closest("button");
    if (!button?.value) return;
    if (button.parentElement instanceof HTMLTableCellElement) {
      // at once, as far as it is here
      hold(button);
      for (const cell of node.querySelectorAll("td")) cell.ariaSelected = cell.firstChild === button ? "true" : null;
      for (const list of node.querySelectorAll<HTMLElement>("[data-day]")) list.classList.toggle("chosen", list.dataset.day === button.value);
    }
    go(button.value);
  }

  function moved(event: Event) {
    const { key, target } = event as KeyboardEvent;
    const { value, parentElement: cell } = target as HTMLButtonElement;
    if (!(cell instanceof HTMLTableCellElement)) return;
    const ahead = words.dir === "rtl" ? -1 : 1;
    const steps: { [key: string]: number } = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: 7, ArrowUp: -7, Home: 1 - cell.cellIndex, End: 7 - cell.cellIndex };
    const months: { [key: string]: string } = { PageUp: "back", PageDown: "on" };
    if (!months[key] && steps[key] == null) return;
    event.preventDefault();
    const to = months[key]
      ? (root.getElementById(months[key]) as HTMLButtonElement).value + value.slice(7)
      : new Date(Date.parse(value) + steps[key] * 864e5).toISOString().slice(0, 10);
    const next = day(to);
    if (next) {
      if (turning) asking.abort();
      hold(next);
    } else if (to[7] && (to > value || (root.getElementById("back") as HTMLButtonElement).value)) go(to.slice(0, 7), to);
  }

  return {
    node,
    async show() {
      if (kit.query() !== asked) await go(at.slice(0, 7));
    },
  };
}
