import type { Item } from "./api";
import { common as nb } from "../locales/nb.json";

/** the texts of a language, by the part that says them */
type Sections = { [section: string]: any };

const loaders = new Map<string, () => Promise<{ default: Sections }>>([
  ["nn", () => import("../locales/nn.json")],
  ["en", () => import("../locales/en.json")],
]);

/** languages that hubs speak beside bokmål; those without texts of their own here get English ones */
const spoken = /^(nn|en|uk|ar|so|ti|pl)$/;
const rightToLeft = /^(ar|fa|he|ur)$/;

/** a text in the forms that numbers ask for, by the plural categories of CLDR */
export type Plural = { [category in Intl.LDMLPluralRule]?: string } & { other: string };

/** Words says everything that residents read, in one language. */
export type Words = Awaited<ReturnType<typeof words>>;

/** words loads the texts for a BCP 47 tag. */
export async function words(tag: string, direction: string | null) {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  /** what to ask the hub for */
  const asked = spoken.test(primary) ? primary : "nb";
  let lang = "nb";
  let sections: Sections = {};
  if (asked !== lang)
    try {
      const found = loaders.has(asked) ? asked : "en";
      sections = (await loaders.get(found)!()).default;
      lang = found;
    } catch {} // bokmål is better than nothing

  /** the texts of one part; `nb` are those in bokmål, for what the language leaves out */
  const texts = <T>(section: string, nb: T): T => ({ ...nb, ...sections[section] });
  const t = texts("common", nb);
  const english = lang === "en";
  const locales = [english ? "en-GB" : lang, "nb"];
  const put = (text: string, ...values: unknown[]) => text.replace(/\{(\d)}/g, (_, i) => values[i] as string);
  const number = (n: number) => (+n).toLocaleString(locales);
  const plurals = new Intl.PluralRules(locales);
  const count = (text: Plural, n: number, ...more: unknown[]) => put(text[plurals.select(n)] ?? text.other, number(n), ...more);
  const day = (date: Date) =>
    date.toLocaleDateString(locales, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: Math.abs(+date - Date.now()) > 3e10 ? "numeric" : undefined,
      timeZone: "UTC",
    });
  const clock = (date: Date) => {
    const time = date.toISOString().slice(11, 16);
    return english ? time : time.replace(":", ".").replace(/^0|\.00$/g, "");
  };
  /** a range of numbers; equal ends are one, an end that is missing or nought is open */
  const range = (unit: string, ends?: { min?: number; max?: number }) => {
    const { min, max } = ends ?? {};
    if (!min) return !max ? "" : put(t.to, put(unit, number(max)));
    if (max == null) return put(t.from, put(unit, number(min)));
    return put(unit, number(min) + (min < max ? "–" + number(max) : ""));
  };

  return {
    t,
    texts,
    put,
    number,
    count,
    day,
    lang,
    asked,
    dir: direction || (rightToLeft.test(primary) ? "rtl" : "ltr"),

    /** when it takes place: "lør. 3. des. kl. 18–20" */
    when({ start = "", end, occurrence_count: dates = 1, schedule_text: schedule = "" }: Item): string {
      const first = wall(start);
      if (schedule || !first) return String(schedule);
      const last = wall(end) ?? first;
      const moment = (date: Date) => day(date) + (start.length > 10 ? " " + put(t.clock, clock(date)) : "");
      const until = day(first) === day(last) ? "–" + clock(last) : " – " + moment(last);
      return moment(first) + (last > first ? until : "") + (dates > 1 ? ", " + count(t.dates, dates - 1) : "");
    },

    price: ({ price }: Item): string => (price?.free === true ? t.free : String(price?.text || range(t.price, price))),
    age: ({ age }: Item): string => range(t.years, age),
  };
}

/** wall reads a date or RFC 3339 instant as the wall clock where it takes place, Norway's for UTC, in the UTC fields of a Date. */
export function wall(text: unknown): Date | undefined {
  const [, date, time, zone] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d)?[\d:.]*(Z|[+-]\d\d:\d\d)?$/.exec(String(text)) ?? [];
  const read = new Date(date + (time ?? "T00:00") + "Z");
  if (zone === "Z") return wall(read.toLocaleString("sv", { timeZone: "Europe/Oslo" }).replace(" ", "T"));
  if (+read) return read;
}
