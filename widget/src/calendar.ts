import styles from "./calendar.css";
import type { Drawer, View } from "./kit";

/** shift is a day so many months later, or the last of that month when it has no such day. */
function shift(day: string, months: number) {
  const [year, month, date] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  last.setUTCDate(Math.min(date, last.getUTCDate()));
  return last;
}

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

  const node = h("div", { click: pressed, keydown: moved });
  const day = (value?: string) => node.querySelector<HTMLButtonElement>(`td [value="${value}"]`);

  /** hold makes it the day that Tab comes to. */
  function hold(held: HTMLButtonElement) {
    for (const other of node.querySelectorAll<HTMLElement>("td button")) other.tabIndex = other === held ? 0 : -1;
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
    const before = root.activeElement as HTMLButtonElement | null;
    const days = node.querySelector<HTMLButtonElement>("td button");
    if (query === asked && days?.value.slice(0, 7) === to.slice(0, 7)) return node.lastElementChild!.replaceWith(drawn.at(-1)!);
    const step = [...node.querySelectorAll(".line button")].indexOf(before!);
    const within = node.contains(before);
    asked = query;
    at = to;
    fill(node, ...drawn);
    const named = day(held ?? before?.value);
    if (named && within) hold(named);
    else if (within) ((node.querySelectorAll(".line button")[step] as HTMLElement) ?? node.querySelector("p")).focus();
    kit.say(node.querySelector("#month")!.textContent + ": " + node.querySelector(".days + p")!.textContent);
  }

  function pressed({ target }: Event) {
    const button = (target as Element).closest("button");
    if (!button?.value) return;
    if (button.value[7]) {
      // at once, as far as it is here
      hold(button);
      for (const cell of node.querySelectorAll("td")) cell.ariaSelected = cell === button.parentElement ? "true" : null;
      for (const list of node.querySelectorAll<HTMLElement>("[data-day]")) list.classList.toggle("chosen", list.dataset.day === button.value);
    }
    go(button.value);
  }

  function moved(event: Event) {
    const { key, target } = event as KeyboardEvent;
    const { value, parentElement: cell } = target as HTMLButtonElement;
    if (!(cell instanceof HTMLTableCellElement)) return;
    const ahead = words.dir === "rtl" ? -1 : 1;
    const steps: { [key: string]: number } = {
      ArrowRight: ahead,
      ArrowLeft: -ahead,
      ArrowDown: 7,
      ArrowUp: -7,
      Home: 1 - cell.cellIndex,
      End: 7 - cell.cellIndex,
    };
    const months = +(key === "PageDown") - +(key === "PageUp");
    if (!months && steps[key] == null) return;
    event.preventDefault();
    const to = (months ? shift(value, months) : new Date(Date.parse(value) + steps[key] * 864e5)).toISOString().slice(0, 10);
    const next = day(to);
    if (next) {
      if (turning) asking.abort();
      hold(next);
    } else if (to > value || node.querySelector<HTMLButtonElement>(".line button")!.value) go(to.slice(0, 7), to);
  }

  return {
    node,
    async show() {
      if (kit.query() !== asked) await go(at.slice(0, 7));
    },
    end() {
      asking.abort();
    },
  };
}
