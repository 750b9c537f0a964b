import { web } from "./dom";

/** The facets of the search API; each is also a filter attribute, and a filter that residents may be offered. */
export const facets =
  "category weekday time kind municipality neighbourhood scheme accessibility low_threshold equipment_loan organizer place source language status".split(" ");

/** the other filters, with what their values look like */
const day = /^20\d\d-\d\d-\d\d$/;
const yes = /^true$/;
const fields = new Map([
  ["when", /^(today|tomorrow|weekend|week|next_week|month)$/],
  ["from", day],
  ["to", day],
  ["age", /^1?\d\d?$/],
  ["free", yes],
  ["max_price", /^\d{1,5}$/],
  ["near", /^-?\d+\.?\d*,-?\d+\.?\d*$/],
]);
const filterNames = [...fields.keys(), ...facets];
/** how many of them are offered unless the page says otherwise */
const usual = 17;
/** what is picked elsewhere than among the filters */
const more = new Map([
  ["neighbours", yes],
  ["radius", /^\d{1,3}$/],
  ["bbox", /^[\d.,-]{7,99}$/],
  ["keep", /./],
]);
/** the views there are */
const known = ["list", "calendar", "map"];

export const attributes = [
  ...filterNames,
  ...more.keys(),
  ..."detail hub q page-size sort lang dir heading heading-level filters url-state url-prefix min-height views view count tiles map-height".split(" "),
];

/** What a resident has chosen: search parameters, and `neighbours`. */
export type Picks = URLSearchParams;
export type Pairs = Iterable<[name: string, value: string]>;

/** Options are what the page's editor has decided by attributes; what makes no sense is as if it were not there. */
export type Options = ReturnType<typeof options>;

/** options reads the attributes; `home` is the hub, as an address ending in "/", when none is named. */
export function options(host: Element, home: string, lang: string) {
  const get = (name: string) => host.getAttribute(name)?.trim() ?? "";
  const split = (name: string) => get(name).split(/[\s,]+/);
  const amount = (name: string, low: number, high: number, otherwise: number) =>
    Math.min(Math.max(parseInt(get(name)) || otherwise, low), high);
  const size = amount("page-size", 1, 100, 20);

  const base = new URLSearchParams();
  for (const name of [...filterNames, "radius", "bbox", "q", "sort"])
    for (const value of facets.includes(name) ? get(name).split(/\s*,\s*/) : [get(name)])
      if (valid(name, value)) base.append(name, value);
  if (host.getAttribute("free") === "") base.set("free", "true");

  const wanted = host.hasAttribute("filters") ? split("filters") : filterNames.slice(0, usual);
  /** filters offered, in order: names of facets and fields that are not fixed already */
  const said = base.has("when") ? /^(from|to)$/ : base.has("from") || base.has("to") ? /^when$/ : /^$/;
  const filters = [...new Set(wanted)].filter((name) => filterNames.includes(name) && base.getAll(name).length !== 1 && !said.test(name));
  const offered = known.filter((view) => view !== "map" || get("tiles") !== "off");
  const views = [...new Set(split("views"))].filter((view) => offered.includes(view));
  if (!views[0]) views.push(...offered);

  base.set("facets", filters.filter((name) => facets.includes(name)).join() || "none");
  base.set("limit", size + "");
  base.set("lang", lang);
  return {
    /** fixed part of every search */
    base,
    filters,
    size,
    /** numbers of the municipalities that residents may take along */
    neighbours: split("neighbours").filter((number) => /^\d{4}$/.test(number)),
    /** views offered, in order, and the one to begin with */
    views,
    view: views.find((name) => name === get("view")) ?? views[0],
    hub: (web(get("hub") || home)?.href ?? home).replace(/\/*$/, "/"),
    heading: get("heading"),
    /** level of the first heading */
    level: amount("heading-level", 2, 6, 2),
    /** pixels */
    minHeight: amount("min-height", 0, 1e5, 0),
    /** how many hits to make room for */
    count: amount("count", 0, size, size),
    /** how a hit is shown, unless on a page of its own */
    detail: /^(dialog|inline)$/.exec(get("detail"))?.[0],
    where: get("url-state"),
    prefix: host.getAttribute("url-prefix") ?? "fh-",
  };
}

const valid = (name: string, value: string) => (fields.get(name) ?? more.get(name) ?? /^.{1,200}$/).test(value);

/** clean keeps what a resident may set and what makes sense, in a fixed order. */
export function clean({ base, filters, neighbours }: Options, pairs: Pairs): Picks {
  const given = [...pairs];
  const picks = new URLSearchParams();
  for (const name of ["q", ...filters, ...more.keys()]) {
    const allowed = name !== "q" && base.has(name) && base.getAll(name);
    const values = given.filter(([n, v]) => n === name && valid(n, v) && (!allowed || allowed.includes(v))).map(([, v]) => v);
    for (const value of new Set(facets.includes(name) || name === "keep" ? values : values.slice(0, 1))) picks.append(name, value);
  }
  if (picks.get("to")! < picks.get("from")!) picks.delete("to");
  if (picks.has("when")) for (const name of ["from", "to"]) picks.delete(name);
  if (!picks.has("near")) picks.delete("radius");
  if (!picks.has("q")) picks.delete("keep");
  if (!neighbours[0]) picks.delete("neighbours");
  return picks;
}

/** query is the search of these picks within the fixed filters: a pick narrows, never widens, but for the neighbours. */
export function query({ base, neighbours }: Options, picks: Picks): string {
  const all = new URLSearchParams(picks);
  for (const [name, value] of base) if (!picks.has(name)) all.append(name, value);
  if (picks.has("q") && base.has("q")) all.set("q", base.get("q") + " " + picks.get("q"));
  if (picks.has("near")) all.set("sort", "distance");
  if (picks.has("neighbours")) for (const number of neighbours) all.append("municipality", number);
  all.delete("neighbours");
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

/**
 * save writes the page's address, and leaves everything in it alone that is not ours. Where a resident is does not stand in
 * an address that is shared.
 */
export function save({ where, prefix, filters, view: usual }: Options, { picks, view }: Now, replace: boolean) {
  if (where === "off") return;
  const all = stored(where);
  for (const name of ["q", "view", ...filters, ...more.keys()]) all.delete(prefix + name);
  for (const [name, value] of picks) if (name !== "near" && name !== "radius") all.append(prefix + name, value);
  if (view !== usual) all.set(prefix + "view", view);
  const url = new URL(location.href);
  url[where === "hash" ? "hash" : "search"] = all + "";
  history[replace ? "replaceState" : "pushState"](history.state, "", url);
}
