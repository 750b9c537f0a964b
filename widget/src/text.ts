import type { Item } from "./api";
import nb from "./locales/nb.json";

export type Texts = typeof nb;

const more = new Map<string, () => Promise<{ default: Texts }>>([
  ["nn", () => import("./locales/nn.json")],
  ["en", () => import("./locales/en.json")],
]);

const bokmål = /^(nb|no|da|sv|se|)$/;
const rightToLeft = /^(ar|fa|ur|he|ps|ckb|dv|yi|ug|sd)$/;
const offered = /^(nn|en|uk|ar|so|ti|pl)$/;

/** Words says everything that residents read in one language. */
export type Words = Awaited<ReturnType<typeof words>>;

/** words loads the texts of a BCP 47 tag; languages without texts of their own get English ones, Nordic ones bokmål. */
export async function words(tag: string, direction: string | null) {
  const asked = tag.toLowerCase().split(/[-_]/)[0];
  let shown = bokmål.test(asked) ? "nb" : more.has(asked) ? asked : "en";
  let t = nb;
  try {
    const load = more.get(shown);
    if (load) t = (await load()).default;
  } catch {
    shown = "nb";
  }

  const locales = [shown === "en" ? "en-GB" : shown + "-NO", "nb-NO"];
  const plural = new Intl.PluralRules(locales);
  const number = new Intl.NumberFormat(locales);
  const put = (text: string, ...values: string[]) => text.replace(/\{(\d)}/g, (_, i) => values[i]);
  const count = (text: string, n: number) =>
    put(text.split("|")[plural.select(n) === "one" ? 0 : 1], number.format(n));
  const day = (date: Date) =>
    date.toLocaleDateString(locales, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: date.getUTCFullYear() === now().getUTCFullYear() ? undefined : "numeric",
      timeZone: "UTC",
    });
  const minutes = (date: Date) => {
    const [hour, minute] = date.toISOString().slice(11, 16).split(":");
    if (t.hm !== ".") return hour + t.hm + minute;
    return +hour + (minute === "00" ? "" : t.hm + minute);
  };

  return {
    t,
    put,
    count,
    day,
    lang: shown,
    /** the language to ask the hub for */
    asked: offered.test(asked) ? asked : shown,
    dir: /^(rtl|ltr)$/.test(direction ?? "") ? direction : rightToLeft.test(asked) ? "rtl" : "ltr",
    number: (n: number) => number.format(n),
    soon(seconds: number) {
      const format = new Intl.RelativeTimeFormat(locales);
      return seconds < 100 ? format.format(seconds, "second") : format.format(Math.ceil(seconds / 60), "minute");
    },
    clock: (date: Date) => put(t.clock, minutes(date)),

    /** when a listing takes place: "lør. 3. des. kl. 18–20" */
    when({ start, end, occurrence_count: dates = 1, schedule_text: schedule }: Item): string {
      const first = wall(start);
      if (!first) return String(schedule ?? "");
      const last = wall(end);
      let text = day(first);
      if (schedule) return String(schedule) + (first >= today() ? ", " + put(t.next, text) : "");
      const timed = String(start).length > 10;
      if (timed) text += " " + put(t.clock, minutes(first));
      if (last && last > first) {
        const same = day(last) === day(first);
        if (!same) text += " – " + day(last);
        if (timed) text += same ? "–" + minutes(last) : " " + put(t.clock, minutes(last));
      }
      return dates > 1 ? text + ", " + count(t.dates, dates - 1) : text;
    },

    price({ price }: Item): string {
      if (!price) return "";
      const { min, max, free, text } = price;
      if (free === true) return t.free;
      if (text) return String(text);
      if (min == null && max == null) return "";
      if (max == null) return put(t.fromprice, number.format(+min!));
      return put(t.price, min == null || min === max ? number.format(+max) : number.format(+min) + "–" + number.format(+max));
    },

    age({ age }: Item): string {
      const { min, max } = age ?? {};
      if (min == null) return max == null ? "" : put(t.yearsto, String(max));
      if (max == null) return put(t.yearsfrom, String(min));
      return put(t.years, min === max ? String(min) : `${min}–${max}`);
    },
  };
}

const today = () => new Date(now().toISOString().slice(0, 10));

/** now is the wall clock in Norway, as the UTC fields of a Date. */
export const now = () => oslo(new Date());

const oslo = (instant: Date) =>
  new Date(instant.toLocaleString("sv-SE", { timeZone: "Europe/Oslo" }).replace(" ", "T") + "Z");

/** wall reads a date or RFC 3339 instant as the wall clock where it takes place, in the UTC fields of a Date. */
export function wall(text: unknown): Date | undefined {
  const [, date, time = "T00:00", zone] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d)?[\d:.]*(Z|[+-]\d\d:\d\d)?$/.exec(String(text)) ?? [];
  const read = new Date(date + time + "Z");
  if (isNaN(+read)) return;
  return zone === "Z" ? oslo(read) : read;
}
