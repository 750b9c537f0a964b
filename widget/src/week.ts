import { list as texts } from "../locales/nb.json";
import { oslo, type Mode } from "./strip";

/** week is <fh-list>: what takes place next, by day; this week's, unless the page says whose or when. */
export const week: Mode = [
  "list",
  texts,
  (query) => (/(when|organizer|source|category)=/.test(query) ? "" : "&when=week"),

  ({ own, day, clock, put }, { items, total }, count, query, row, under) => {
    const today = oslo(Date.now()).slice(0, 10);
    const days: { [day: string]: HTMLElement[] } = {};
    for (const item of items.slice(0, count)) {
      const { start = "", end = "", schedule_text: words } = item;
      const from = oslo(start);
      const to = oslo(end);
      // of what begins on the day that it stands under, the time alone
      (days[from > "3" ? own.always : from < today + "~" ? own.today : day(from)] ??= []).push(
        row(item, from > "3" || from < today ? words : start[10] && put(own.clock, clock(from) + (to.startsWith(from.slice(0, 10)) ? "–" + clock(to) : ""))),
      );
    }
    for (const title in days) under(title, days[title]);
    return put(/when=week/.test(query) ? own.week : own.all, total);
  },
];
