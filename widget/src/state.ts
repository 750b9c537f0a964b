import { web } from "./dom";

/** The facets of the search API; each is also a filter attribute, and a filter that residents may be offered. */
export const facets = "category weekday kind municipality scheme accessibility organizer place source language status".split(" ");

/** the other filters, with what their values look like */
const day = /^20\d\d-\d\d-\d\d$/;
const fields = new Map([
  ["age", /^1?\d\d?$/],
  ["free", /^true$/],
  ["from", day],
  ["to", day],
]);
const filterNames = [...fields.keys(), ...facets];
/** how many of them are offered unless the page says otherwise */
const usual = 10;
/** the views there are */
const known = ["list"];

export const attributes = [
  ...filterNames,
  ..."hub q page-size sort lang dir heading heading-level filters url-state url-prefix min-height views view".split(" "),
];

/** What a resident has chosen: search parameters, nothing else. */
export type Picks = URLSearchParams;
export type Pairs = Iterable<[name: string, value: string]>;

/** Options are what the page's editor has decided by attributes; what makes no sense is as if it were not there. */
export type Options = ReturnType<typeof options>;

/** options reads the attributes; `home` is the hub, as an address ending in "/", when none is named. */
export function options(host: Element, home: string, lang: string) {
  const get = (name: string) => host.getAttribute(name)?.trim() ?? "";
  const amount = (name: string, low: number, high: number, otherwise: number) =>
    Math.min(Math.max(parseInt(get(name)) || otherwise, low), high);
  const size = amount("page-size", 1, 100, 20);

  const base = new URLSearchParams();
  for (const name of [...filterNames, "q", "sort"])
    for (const value of facets.includes(name) ? get(name).split(/\s*,\s*/) : [get(name)])
      if (valid(name, value)) base.append(name, value);
  if (host.getAttribute("free") === "") base.set("free", "true");

  const wanted = host.hasAttribute("filters") ? get("filters").split(/[\s,]+/) : filterNames.slice(0, usual);
  /** filters offered, in order: names of facets and fields that are not fixed already */
  const filters = [...new Set(wanted)].filter((name) => filterNames.includes(name) && base.getAll(name).length !== 1);

  const views = [...new Set(get("views").split(/[\s,]+/))].filter((view) => known.includes(view));
  if (!views[0]) views.push(...known);
  base.set("facets", filters.filter((name) => facets.includes(name)).join() || "none");
  base.set("limit", size + "");
  base.set("lang", lang);
  return {
    /** fixed part of every search */
    base,
    filters,
    size,
    /** views offered, in order, and the one to begin with */
    views,
    view: views.find((name) => name === get("view")) ?? views[0],
    hub: (web(get("hub") || home)?.href ?? home).replace(/\/*$/, "/"),
    heading: get("heading"),
    /** level of the first heading */
    level: amount("heading-level", 2, 6, 2),
    /** pixels */
    minHeight: amount("min-height", 0, 1e5, 0),
    where: get("url-state"),
    prefix: host.getAttribute("url-prefix") ?? "fh-",
  };
}

const valid = (name: string, value: string) => (fields.get(name) ?? /^.{1,200}$/).test(value);

/** clean keeps what a resident may set and what makes sense, in a fixed order. */
export function clean({ base, filters }: Options, pairs: Pairs): Picks {
  const given = [...pairs];
  const picks = new URLSearchParams();
  for (const name of ["q", ...filters]) {
    const allowed = name !== "q" && base.has(name) && base.getAll(name);
    const values = given.filter(([n, v]) => n === name && valid(n, v) && (!allowed || allowed.includes(v))).map(([, v]) => v);
    for (const value of new Set(facets.includes(name) ? values : values.slice(0, 1))) picks.append(name, value);
  }
  if (picks.get("to")! < picks.get("from")!) picks.delete("to");
  return picks;
}

/** query is the search of these picks within the fixed filters: a pick narrows, never widens. */
export function query({ base }: Options, picks: Picks): string {
  const all = new URLSearchParams(picks);
  for (const [name, value] of base) if (!picks.has(name)) all.append(name, value);
  if (picks.has("q") && base.has("q")) all.set("q", base.get("q") + " " + picks.get("q"));
  return all + "";
}

const stored = (where: string) => new URLSearchParams(where === "hash" ? location.hash.slice(1) : location.search);

/** Now is what is picked, and the view that is shown. */
export interface Now {
  picks: Picks;
  view: string;
}

/** load reads the page's address. */
export function load(options: Options): Now {
  const { where, prefix, views, view } = options;
  const found = where === "off" ? new URLSearchParams() : stored(where);
  const pairs = [...found].filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value] as [string, string]);
  return { picks: clean(options, pairs), view: views.find((name) => name === found.get(prefix + "view")) ?? view };
}

/** save writes the page's address, and leaves everything in it alone that is not ours. */
export function save({ where, prefix, filters, view: usual }: Options, { picks, view }: Now, replace: boolean) {
  if (where === "off") return;
  const all = stored(where);
  for (const name of ["q", "view", ...filters]) all.delete(prefix + name);
  for (const [name, value] of picks) all.append(prefix + name, value);
  if (view !== usual) all.set(prefix + "view", view);
  const url = new URL(location.href);
  url[where === "hash" ? "hash" : "search"] = all + "";
  history[replace ? "replaceState" : "pushState"](history.state, "", url);
}
