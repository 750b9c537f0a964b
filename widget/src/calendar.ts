import type { Answer, Failure, Item } from "./api";
import styles from "./calendar.css";
import type { Kit, View } from "./kit";
import { calendar as nb } from "../locales/nb.json";

/** hits of one answer, and rows of one day */
const most = 100;

/** Time is a listing that takes place once, from a day to a day. */
interface Time {
  item: Item;
  time: { start?: string; end?: string; status?: string; title?: string; place?: string };
  begins: string;
  ends: string;
}

const norway = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Oslo" });
/** dated is the day in Norway, 2026-12-03, of a moment, or of so many milliseconds before it. */
const dated = (moment: string, before = 0) => (moment[10] ? norway.format(Date.parse(moment) - before || 0) : moment);
const date = (day: string) => new Date(day + "T00:00Z");
const text = (date: Date) => date.toISOString().slice(0, 10);
const add = (day: string, days: number) => text(new Date(+date(day) + days * 864e5));
/** shift is a day of the month that is so many months from that of a day. */
const shift = (day: string, months: number, to = 1) => text(new Date(Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1 + months, to)));
const least = (a: string, b: string) => (a < b ? a : b);
const latest = (a: string, b: string) => (a < b ? b : a);
const weekday = (date: Date) => (date.getUTCDay() + 6) % 7;

/** calendar shows what takes place in a month: a grid of days, and below it the day that is chosen; where it is narrow, one day after another. */
export default function calendar(kit: Kit): View {
  const { h, fill, button, root, words } = kit;
  const { put, number, count, day, lang, t: common } = words;
  const t = kit.texts("calendar", nb);
  const { months }: { months?: string[] } = kit.texts("lists", {});
  kit.style(styles);

  const today = norway.format(new Date());
  let asking = new AbortController();
  /** first and last day of the month, the day that the keys are at, and the one that is chosen */
  let from = "";
  let to = "";
  let at = "";
  let chosen = "";
  /** the search that these are of */
  let asked = "";
  let times: Time[] = [];

  const level = `h${kit.level}` as "h3";
  const title = h(level, { id: "month" });
  const sum = h("p", { tabindex: "-1" });
  const back = button(t.prev, () => go(shift(from, -1)));
  const body = h("tbody");
  const below = h("div", { class: "list" });
  // a Monday and the days after it, by the first word of what they are called
  const heads = [..."1234567"].map((n) => h("th", {}, day(date("2024-01-0" + n)).split(/[ .,،]/)[0]));
  const grid = h("table", { class: "days", role: "grid", part: "calendar", "aria-labelledby": "month", keydown: pressed }, h("thead", {}, h("tr", {}, ...heads)), body);
  const node = h("div", {}, h("div", { class: "line" }, title, h("div", { class: "bar" }, back, button(t.next, () => go(shift(from, 1))))), grid, sum, below);

  const of = (one: string) => times.filter(({ begins, ends }) => begins <= one && one <= ends);
  const said = (one: string) => day(date(one)) + ": " + hits(of(one).length);
  const hits = (n: number) => (n ? count(common.hits, n) : common.none);
  const days = () => Array.from({ length: +to.slice(8) }, (_, i) => add(from, i));

  /** go turns to the month of a day, as far as the hub knows it. */
  function go(one: string) {
    const first = shift(one, 0);
    if (first < shift(today, 0)) return;
    from = first;
    to = shift(from, 1, 0);
    at = one;
    chosen = "";
    times = [];
    // not every browser knows what months are called in every language
    const known = !months || Intl.DateTimeFormat.supportedLocalesOf(lang)[0];
    fill(title, known ? date(from).toLocaleDateString(lang, { month: "long", timeZone: "UTC" }) : months[+from.slice(5, 7) - 1], " " + from.slice(0, 4));
    back.ariaDisabled = String(from <= today);
    fill(sum);
    lay();
    return find();
  }

  /** draw draws the days of the month. */
  function draw() {
    const held = grid.contains(root.activeElement);
    const cells = [...days().slice(0, weekday(date(from))).map(() => h("td")), ...days().map(cell)];
    fill(body, ...[0, 7, 14, 21, 28, 35].map((i) => cells[i] && h("tr", {}, ...cells.slice(i, i + 7))));
    if (held) body.querySelector<HTMLElement>("[tabindex='0']")!.focus();
  }

  function cell(one: string) {
    const choose = () => {
      at = chosen = one;
      lay();
    };
    const attributes = { tabindex: one === at ? "0" : "-1", "aria-current": one === today && "date", "aria-label": said(one), "data-hits": of(one).length };
    return h("td", { "aria-selected": one === chosen && "true" }, button(String(+one.slice(8)), choose, attributes));
  }

  /** lay draws the days, and lists below them what takes place. */
  function lay() {
    draw();
    const listed = (one: string) => {
      const all = of(one);
      const rest = all[most] && h("p", {}, put(t.shown, most, all.length));
      return (
        (all[0] || one === chosen) &&
        h("div", { class: one === chosen && "chosen" }, h(level, {}, said(one)), h("ol", { role: "list" }, ...all.slice(0, most).map(row)), rest)
      );
    };
    fill(below, ...days().map(listed));
  }

  /** row is a card as in the list, with the time of this once. */
  function row({ item, time }: Time) {
    const { place } = time;
    const card = kit.card({ ...item, end: "", ...time, place: place ? { name: place } : item.place, schedule_text: "", occurrence_count: 1 });
    // the same listing may stand here often
    card.querySelector("[id]")!.removeAttribute("id");
    return h("li", {}, card);
  }

  function pressed(event: Event) {
    const { key } = event as KeyboardEvent;
    const ahead = words.dir === "rtl" ? -1 : 1;
    const place = weekday(date(at));
    const step = { ArrowLeft: -ahead, ArrowRight: ahead, ArrowUp: -7, ArrowDown: 7, Home: -place, End: 6 - place }[key];
    const month = { PageUp: -1, PageDown: 1 }[key];
    const other = month ? shift(at, month, Math.min(+at.slice(8), 28)) : step != null && add(at, step);
    if (!other) return;
    event.preventDefault();
    if (other < from || other > to) return go(other);
    at = other;
    draw();
  }

  /** find asks for what takes place in the month: in quarters of it, since a hit carries few of its times. */
  async function find() {
    asking.abort();
    const { signal } = (asking = new AbortController());
    const query = kit.query();
    const base = new URLSearchParams(query);
    // what is over is not asked for; a time that residents have picked narrows the month
    const begin = latest(latest(from, today), base.get("from") ?? "");
    const end = least(to, base.get("to") || to);
    const when = base.has("when");
    const ask = (from: string, to: string, limit: number) =>
      from > to ? { total: 0, items: [] } : kit.ask(kit.query({ sort: "start", ...(when ? {} : { from, to }) }, limit), signal);
    const answers = await Promise.all([
      ask(begin, end, 1),
      ...(when ? [ask(begin, end, most)] : [0, 8, 16, 24].map((n) => ask(latest(begin, add(from, n)), least(add(from, n + 7), end), most))),
    ]);
    const failed = answers.find((answer): answer is Failure => "cause" in answer);
    if (signal.aborted) return;
    if (failed) return tell(common[failed.wait ? "failed" : failed.cause] + " ", button(common.retry, () => (sum.focus(), find())));
    asked = query;
    const [{ total }, ...quarters] = answers as Answer[];
    const all = quarters.flatMap(({ items }) => items);
    const n = new Set(all.map(({ id }) => id)).size;
    let rest = total > n;
    const found = new Map<string, Time>();
    for (const item of all) {
      const { occurrences, start, end, status } = item as Item & { occurrences?: Time["time"][] };
      const times = Array.isArray(occurrences) && occurrences[0] ? occurrences : [{ start, end, status }];
      // a hit carries ten times at most
      rest ||= !start || !!times[9];
      for (const time of times) {
        if (!time?.start) continue;
        const begins = dated(time.start);
        found.set(time.start + item.id, { item, time, begins, ends: time.end ? latest(begins, dated(time.end, 1)) : begins });
      }
    }
    // in the order of their keys, which begin with when they begin
    times = [...found].sort().flatMap(([, one]) => (one.ends < begin || one.begins > to ? [] : one));
    if (!chosen && times[0]) {
      chosen = latest(times[0].begins, begin);
      if (!grid.contains(root.activeElement)) at = chosen;
    }
    lay();
    tell(total > n ? put(t.shown, number(n), number(total)) : hits(total), rest && " " + t.rest);
  }

  /** tell says it below the grid and aloud. */
  function tell(what: string, ...more: (Node | string | false)[]) {
    fill(sum, what, ...more);
    kit.say(title.textContent + ": " + what);
  }

  return {
    node,
    async show() {
      const query = kit.query();
      if (query === asked) return;
      if (from) {
        chosen = "";
        return find();
      }
      return go(latest(today, new URLSearchParams(query).get("from") ?? ""));
    },
    end() {
      asking.abort();
    },
  };
}
