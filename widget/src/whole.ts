import type { Answer, Item } from "./api";
import type { Kit } from "./kit";
import type { detail } from "../locales/nb.json";

const list = (value: unknown): any[] => (Array.isArray(value) ? value.filter(Boolean) : []);
type Part = Node | string | false | null | undefined;

/** whole is all that is known of one listing. */
export default function whole(kit: Kit, t: typeof detail, item: Item, asked: AbortSignal): Promise<Part[]> {
  const { h, fill, button, name, words, hub } = kit;
  const { put, number, count, day, lang, t: common } = words;
  const when = (start: string, end?: string) => words.when({ start, end } as Item);
  const abroad = (address: unknown) => /^https?:\/\//i.test(String(address)) && kit.web(String(address)) && String(address);
  /** away is a link to an address that somebody else has given; what is no web address is no link. */
  const away = (text: Node | string, address: unknown): Part => abroad(address) && h("a", { href: String(address), rel: "noopener" }, text);
  const own = (text: string, path: string) => h("a", { href: hub + "l/" + path }, text);
  const foreign = (tag?: string) => tag !== lang && /^[a-z]{2,3}$/.test(tag!) && tag;

  function fact(label: string, ...what: Part[]) {
    const said = what.filter(Boolean).map((one) => h("p", {}, typeof one === "string" ? name(one) : one));
    return said[0] && h("div", {}, h("dt", {}, label), h("dd", {}, ...said));
  }

  function part(label: string, all: Part[]) {
    return all[0] && h("section", {}, h(`h${Math.min(kit.level + 1, 6)}` as "h4", {}, label), h("ul", { role: "list" }, ...all.map((one) => h("li", {}, one))));
  }

  /** ago says how long ago something was, by the day where the browser has no words for it. */
  function ago(moment: unknown) {
    const then = new Date(String(moment));
    const hours = Math.round((Date.now() - +then) / 36e5);
    if (!+then) return "";
    if (!Intl.RelativeTimeFormat.supportedLocalesOf(lang)[0]) return day(then);
    const format = new Intl.RelativeTimeFormat(lang + "-u-nu-latn");
    return hours < 48 ? format.format(-Math.max(hours, 0), "hour") : format.format(-Math.round(hours / 24), "day");
  }

  /** offer has a link while it is sold. */
  function offer({ name: called, price, currency, availability, url, remaining, remaining_at, valid_from, valid_through }: any) {
    const before = Date.parse(valid_from) > Date.now();
    const after = Date.parse(valid_through) < Date.now();
    const on = !before && !after && (availability ?? "available") === "available";
    const amount = price === 0 ? common.free : price > 0 && (/^(NOK)?$/.test(currency ?? "") ? put(common.price, number(price)) : number(price) + " " + currency);
    const left = !after && remaining >= 0 && count(t.left, remaining);
    const notes = [
      after ? t.states.ended : before ? put(t.opens, when(valid_from)) : Object.hasOwn(t.states, availability) && t.states[availability as "ended"],
      on && valid_through && put(t.closes, when(valid_through)),
      left && left + (ago(remaining_at) && ", " + put(t.counted, ago(remaining_at))),
    ].filter(Boolean);
    return h(
      "div",
      {},
      h("p", {}, h("strong", {}, name(called || t.price)), amount && " ", amount && name(amount)),
      notes[0] && h("p", {}, notes.join(" · ")),
      on && away(t.buy, url),
    );
  }

  /** labelled sees to it that what is said of a listing has names. */
  async function labelled(all: [string, any][], signal: AbortSignal) {
    if (all.every(([facet, value]) => kit.labels.has(facet + value))) return;
    const answer = (await kit.ask(kit.query({ facets: "accessibility,scheme" }, 1), signal)) as Answer;
    for (const [facet, choices] of answer.facets ?? []) for (const { value, label } of choices) kit.labels.set(facet + value, String(label || value));
  }

  async function told(signal: AbortSignal): Promise<Part[]> {
    const of = await kit.get(`api/v1/listings/${encodeURIComponent(item.id)}?` + new URLSearchParams({ lang }), signal);
    const page = own(t.whole, encodeURIComponent(item.id));
    if (!of.id) return [h("p", {}, common[of.wait || !of.cause ? "failed" : of.cause as "slow"]), page];
    const access = list(of.accessibility).map((value): [string, any] => ["accessibility", value]);
    const schemes = list(of.schemes).map((value): [string, any] => ["scheme", value]);
    await labelled([...access, ...schemes], signal);
    const { place = {}, contact = {}, organizer, occurrences, status } = of;
    const times = list(occurrences);
    const path = encodeURIComponent(of.id);
    const link = hub + "l/" + path;
    const state = h("p", { role: "status" });
    const said = (text: string | undefined, href: string) => {
      const way = h("a", {}, name(text));
      way.href = href;
      return way;
    };
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(link);
        fill(state, t.copied);
      } catch {
        fill(state, name(link));
      }
    };
    const { lat, lon, address } = place;
    const street = [address, [place.postal_code, place.locality].filter(Boolean).join(" ")].filter(Boolean).join(", ");
    const map = "https://www.openstreetmap.org/";
    return [
      Object.hasOwn(common.status, status) && h("p", {}, h("strong", { part: "badge" }, common.status[status as "full"])),
      ...String(of.description || of.summary || "")
        .split(/\n\s*\n/)
        .map((text) => text && h("p", { lang: foreign(of.language), dir: "auto" }, text)),
      h(
        "dl",
        {},
        fact(t.when, words.when(of), of.valid_through && put(common.to, day(new Date(of.valid_through)))),
        fact(
          t.where,
          place.online && t.online,
          place.name !== address && place.name,
          street,
          +lat && +lon ? away(t.way, `${map}directions?to=${+lat},${+lon}`) : address && !place.online && away(t.map, `${map}search?` + new URLSearchParams({ query: street })),
        ),
        fact(t.price, words.price(of)),
        fact(t.age, words.age(of)),
        fact(
          t.access,
          ...access.map(([facet, value]) => kit.told(facet, value)),
          list(of.inaccessible)[0] && put(t.inaccess, list(of.inaccessible).map((value) => kit.told("accessibility", value)).join(", ")),
          of.low_threshold === true && t.low_threshold,
          of.equipment_loan === true && t.equipment_loan,
        ),
        fact(t.schemes, ...schemes.map(([facet, value]) => kit.told(facet, value))),
        fact(t.organizer, organizer?.name, away(t.page, of.url)),
        fact(
          t.contact,
          /^[^\s@:?&]+@[^\s@:?&]+$/.test(contact.email) && said(contact.email, "mailto:" + contact.email),
          /^\+?[\d ]{3,20}$/.test(contact.phone) && said(contact.phone, "tel:" + contact.phone.replaceAll(" ", "")),
          away(name(contact.url), contact.url),
        ),
      ),
      (times[1] || times[0]?.previous_start) &&
        part(t.times, [
          ...times.map(({ start, end, status, title, place, previous_start }) =>
            h(
              "div",
              {},
              h("time", { datetime: start }, when(start, end)),
              ...[title, place, Object.hasOwn(common.status, status) && common.status[status as "full"], previous_start && put(t.moved, when(previous_start))].flatMap((one) => (one ? [" · ", name(one)] : [])),
            ),
          ),
          of.occurrence_count > times.length && count(t.all, of.occurrence_count),
        ].filter(Boolean)),
      part(t.offers, list(of.offers).map(offer)),
      part(
        t.sources,
        list(of.sources).map((source) => {
          const called = name(source.name || source.id);
          const rest = [source.attribution !== source.name && source.attribution, source.licence, ago(source.fetched_at) && put(t.fetched, ago(source.fetched_at))];
          return h("div", {}, away(called, source.url) || called, ...rest.flatMap((one) => (one ? [", ", name(one)] : [])));
        }),
      ),
      h("ul", { role: "list" }, ...[times[0] && own(t.ics, path + "/calendar.ics"), button(t.copy, copy), page, own(t.report, path + "#report")].map((one) => one && h("li", {}, one))),
      state,
    ];
  }

  return told(asked);
}
