import { now } from "./text";

/** The facets of the search API; each is also a filter attribute and a filter that residents may be offered. */
export const facets = "category kind municipality organizer place source scheme accessibility language weekday status".split(" ");

const offer = "category,age,free,date,weekday,kind,municipality,scheme,accessibility";

/** What a resident has chosen: search parameters by name, nothing else. */
export type Picks = URLSearchParams;

/** Options are what the page's editor has decided by attributes. */
export interface Options {
  /** address of the hub, ending in "/" */
  hub: string;
  /** fixed filters */
  base: URLSearchParams;
  /** filters offered, in order: names of facets, "age", "free", "date" */
  filters: string[];
  size: number;
  sort: string;
  /** heading level of the widget's first heading */
  level: number;
  heading: string;
  minHeight: string;
  where: string;
  prefix: string;
  theme: string;
}

export const attributes = (
  facets.join() +
  ",hub,q,age,free,when,from,to,page-size,sort,lang,dir,theme,heading,heading-level,filters,url-state,url-prefix,min-height"
).split(",");

/** options reads the attributes of an element; whatever makes no sense is as if it were not there. */
export function options(host: Element, home: string): Options {
  const get = (name: string) => host.getAttribute(name)?.trim() ?? "";
  const base = new URLSearchParams();
  const set = (name: string, value: string) => valid(name, value) && base.append(name, value);
  for (const name of facets) for (const value of get(name).split(",")) set(name, value.trim());
  if (host.hasAttribute("free") && get("free") !== "false") base.set("free", "true");
  set("age", get("age"));
  set("q", get("q"));
  const [from, to] = period(get("when"));
  set("from", from || get("from"));
  set("to", to || get("to"));
  const fixed = (name: string) => (name === "date" ? base.has("from") || base.has("to") : base.getAll(name).length === 1);
  const known = new Set([...facets, "age", "free", "date"]);
  const wanted = host.hasAttribute("filters") ? get("filters") : offer;
  return {
    hub: address(get("hub")) ?? home,
    base,
    filters: [...new Set(wanted.split(/[\s,]+/))].filter((name) => known.has(name) && !fixed(name)),
    size: clamp(get("page-size"), 1, 100, 20),
    sort: get("sort"),
    level: clamp(get("heading-level"), 2, 6, 2),
    heading: get("heading"),
    minHeight: /^\d+(\.\d+)?(px|em|rem|vh)?$/.test(get("min-height")) ? get("min-height").replace(/\d$/, "$&px") : "",
    where: get("url-state"),
    prefix: host.getAttribute("url-prefix") ?? "fh-",
    theme: get("theme"),
  };
}

function address(text: string): string | undefined {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return (url.origin + url.pathname).replace(/\/*$/, "/");
  } catch {}
}

function clamp(text: string, low: number, high: number, otherwise: number): number {
  return /^\d+$/.test(text) ? Math.min(Math.max(+text, low), high) : otherwise;
}

/** period turns a word into first and last day, weeks being Monday to Sunday. */
function period(word: string): string[] {
  const first = now();
  const last = new Date(first);
  const toSunday = (7 - first.getUTCDay()) % 7;
  if (word === "week" || word === "weekend") last.setUTCDate(last.getUTCDate() + toSunday);
  else if (word === "month") last.setUTCMonth(last.getUTCMonth() + 1, 0);
  else if (word !== "today") return [];
  if (word === "weekend" && toSunday) first.setTime(+last - 86_400_000);
  return [first, last].map((date) => date.toISOString().slice(0, 10));
}

function valid(name: string, value: string): boolean {
  if (name === "age") return /^\d{1,3}$/.test(value) && +value <= 120;
  if (name === "free") return value === "true";
  if (name === "from" || name === "to") return /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(Date.parse(value));
  return value !== "" && value.length <= 200;
}

/** names lists the parameters that a resident may set. */
export const names = ({ filters }: Options) =>
  ["q", ...filters].flatMap((name) => (name === "date" ? ["from", "to"] : name));

/** clean keeps what may be set and makes sense, in a fixed order. */
export function clean(options: Options, from: Iterable<[string, string]>): Picks {
  const given = [...from];
  const picks = new URLSearchParams();
  for (const name of names(options)) {
    const allowed = options.base.getAll(name);
    const values = given.filter(([n, v]) => n === name && valid(n, v)).map(([, v]) => v);
    const several = facets.includes(name);
    for (const value of new Set(several ? values : values.slice(0, 1)))
      if (!several || !allowed.length || allowed.includes(value)) picks.append(name, value);
  }
  if (picks.has("from") && picks.has("to") && picks.get("to")! < picks.get("from")!) picks.delete("to");
  return picks;
}

/** query is the search of these picks within the fixed filters: a pick narrows, never widens. */
export function query({ base, filters, size, sort }: Options, picks: Picks, lang: string): string {
  const all = new URLSearchParams(picks);
  for (const name of new Set(base.keys()))
    if (name === "q") all.set(name, [base.get(name), picks.get(name)].join(" ").trim());
    else if (!picks.has(name)) for (const value of base.getAll(name)) all.append(name, value);
  if (sort) all.set("sort", sort);
  all.set("facets", filters.filter((name) => facets.includes(name)).join() || "none");
  all.set("limit", String(size));
  all.set("lang", lang);
  return all.toString();
}

const stored = (inHash: boolean) => new URLSearchParams(inHash ? location.hash.slice(1) : location.search);

/** load reads the page's address. */
export function load(options: Options): Picks {
  const { where, prefix } = options;
  const found: [string, string][] = [];
  if (where !== "off")
    for (const [name, value] of stored(where === "hash"))
      if (name.startsWith(prefix)) found.push([name.slice(prefix.length), value]);
  return clean(options, found);
}

/** save writes the page's address, and leaves everything in it alone that is not ours. */
export function save(options: Options, picks: Picks, replace: boolean) {
  const { where, prefix } = options;
  if (where === "off") return;
  const inHash = where === "hash";
  const all = stored(inHash);
  for (const name of names(options)) all.delete(prefix + name);
  for (const [name, value] of picks) all.append(prefix + name, value);
  const url = new URL(location.href);
  if (inHash) url.hash = all.toString();
  else url.search = all.toString();
  if (url.href !== location.href) history[replace ? "replaceState" : "pushState"](history.state, "", url);
}
