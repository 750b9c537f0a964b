import { get, type Item } from "./api";
import { common as nb } from "../locales/nb.json";

/** the texts of a language, by the part that says them */
type Sections = { [section: string]: any };

/** a text in the forms that numbers ask for, by the plural categories of CLDR */
export type Plural = { [category in Intl.LDMLPluralRule]?: string } & { other: string };

/** Words says everything that residents read, in one language. */
export type Words = Awaited<ReturnType<typeof words>>;

/** tagged is the bare tag of the language that residents are spoken to in, as far as the page knows. */
export const tagged = (tag?: string | null) => /^[a-z]{2,3}(?=$|[-_])/.exec(tag?.toLowerCase() ?? "")?.[0].replace(/^no$/, "nb") ?? "nb";

/** words gives the texts in a language of the hub's, in bokmål when it has none. */
export async function words(tag: string, direction: string | null, hub: string) {
  const file = tag === "nb" ? {} : await get(`${hub}embed/v1/texts/${tag}.json`);
  /** bokmål is better than nothing */
  const sections: Sections = file.common ? file : {};
  const lang: string = file.common ? tag : "nb";

  /** the texts of one part; `nb` are those in bokmål, for what the language leaves out */
  const texts = <T>(section: string, nb: T): T => ({ ...nb, ...sections[section] });
  const t = texts("common", nb);
  const { locale = lang, lists } = sections;
  const locales = [locale, "nb"];
  const put = (text: string, ...values: unknown[]) => text.replace(/\{(\d)}/g, (_, i) => values[i] as string);
  const number = (n: number) => (+n).toLocaleString(locales);
  const plurals = new Intl.PluralRules(locales);
  const count = (text: Plural, n: number, ...more: unknown[]) => put(text[plurals.select(n)] ?? text.other, number(n), ...more);
  const day = (date: Date) => {
    const year = Math.abs(+date - Date.now()) > 3e10;
    // not every browser has the names of days and months in every language
    if (lists && !Intl.DateTimeFormat.supportedLocalesOf(locale)[0])
      return [lists.weekdays[(date.getUTCDay() + 6) % 7], put(sections.date, date.getUTCDate(), lists.months[date.getUTCMonth()]), year && date.getUTCFullYear()]
        .filter(Boolean)
        .join(" ");
    return date.toLocaleDateString(locales, { weekday: "short", day: "numeric", month: "short", year: year ? "numeric" : undefined, timeZone: "UTC" });
  };
  const clock = (date: Date) => {
    const time = date.toISOString().slice(11, 16);
    return sections.clock === "colon" ? time : time.replace(":", ".").replace(/^0|\.00$/g, "");
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
    dir: direction || String(sections.dir ?? "ltr"),

    /** when it takes place: "lør. 3. des. kl. 18–20" */
    when({ start = "", end, occurrence_count: dates = 1, schedule_text: schedule = "" }: Item): string {
      const first = wall(start);
      if (schedule || !first) return String(schedule);
      const last = wall(end) ?? first;
      const moment = (date: Date, until = "") => day(date) + (start.length > 10 ? " " + put(t.clock, clock(date) + until) : "");
      const later = last > first;
      const beyond = later && day(first) !== day(last);
      const when = moment(first, later && !beyond ? "–" + clock(last) : "") + (beyond ? " – " + moment(last) : "");
      return when + (dates > 1 ? ", " + count(t.dates, dates - 1) : "");
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
