import { get, type Item } from "./api";
import { common as nb } from "../locales/nb.json";

/** what the hub has of a language: its texts by the part that says them, and how it writes times and numbers */
type Sections = { [section: string]: any };

const fetched = (hub: string, tag: string): Promise<Sections> => get(`${hub}embed/v1/texts/${tag}.json`);

/** a text in the forms that numbers ask for, by the plural categories of CLDR */
export type Plural = { [category in Intl.LDMLPluralRule]?: string } & { other: string };

/** Words says everything that residents read, in one language. */
export type Words = Awaited<ReturnType<typeof words>>;

const dated = /^\d{4}-\d\d-\d\d/;

/** tagged is the bare tag of the language that residents are spoken to in, as far as the page knows. */
export const tagged = (tag?: string | null) => /^[a-z]{2,3}(?=$|[-_])/.exec(tag?.toLowerCase() ?? "")?.[0].replace(/^no$/, "nb") ?? "nb";

/** words gives the texts in a language of the hub's, in bokmål when it has none. */
export async function words(tag: string, direction: string | null, hub: string) {
  const file = tag === "nb" ? {} : await fetched(hub, tag);
  /** bokmål is better than nothing, and what it needs at first is here */
  let sections: Sections = file.common ? file : {};
  const lang: string = file.common ? tag : "nb";
  const t = { ...nb, ...sections.common };
  const { locale = lang, lists } = sections;
  const locales = [locale, "nb"];
  const put = (text: string, ...values: unknown[]) => text.replace(/\{(\d)}/g, (_, i) => values[i] as string);
  const number = (n: number) => (+n).toLocaleString(locales);
  const plurals = new Intl.PluralRules(locales);
  const count = (text: Plural, n: number, ...more: unknown[]) => put(text[plurals.select(n)] ?? text.other, number(n), ...more);
  /** a day that a text begins with; of what begins with none, nothing that is said */
  const day = (text: string) => {
    const date = new Date(text.slice(0, 10));
    const year = Math.abs(+date - Date.now()) > 3e10;
    // not every browser has the names of days and months in every language
    if (lists)
      return lists.weekdays[(date.getUTCDay() + 6) % 7] + " " + put(sections.date, date.getUTCDate(), lists.months[date.getUTCMonth()]) + (year ? " " + date.getUTCFullYear() : "");
    return date.toLocaleDateString("nb", { weekday: "short", day: "numeric", month: "short", year: year ? "numeric" : undefined, timeZone: "UTC" });
  };
  const clock = (text: string) => {
    const time = text.slice(11, 16);
    return sections.clock === "colon" ? time : time.replace(":", ".").replace(/^0|\.00$/g, "");
  };

  return {
    t,
    /** all sees to it that there are texts for parts; it throws when they are not to be had. */
    async all() {
      if (!sections.panel) sections = await fetched(hub, lang);
      if (!sections.panel) throw sections;
    },
    /** the texts of one part, after all; those of the core are there before */
    texts: <T>(section: string, core?: T): T => ({ ...core, ...sections[section] }),
    put,
    number,
    count,
    day,
    lang,
    dir: direction || sections.dir || "ltr",

    /** when it takes place, on the clock there, as the hub says it: "lør. 3. des. kl. 18–20" */
    when({ start, end, occurrence_count: dates = 1, schedule_text: schedule = "" }: Item): string {
      const from = String(start).slice(0, 16);
      const to = String(end).slice(0, 16);
      if (schedule || !dated.test(from)) return String(schedule);
      const moment = (text: string, until = "") => day(text) + (text[10] ? " " + put(t.clock, clock(text) + until) : "");
      const later = dated.test(to) && to > from;
      const beyond = later && to.slice(0, 10) > from.slice(0, 10);
      return moment(from, later && !beyond ? "–" + clock(to) : "") + (beyond ? " – " + moment(to) : "") + (dates > 1 ? ", " + count(t.dates, dates - 1) : "");
    },

    /** what ages; equal ends are one, an end that is missing or nought is open */
    age({ age }: Item): string {
      const { min, max } = age ?? {};
      if (!min) return max ? put(t.to, put(t.years, number(max))) : "";
      if (max == null) return put(t.from, put(t.years, number(min)));
      return put(t.years, number(min) + (min < max ? "–" + number(max) : ""));
    },
  };
}
