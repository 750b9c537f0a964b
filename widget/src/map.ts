import type { Answer, Failure, Item } from "./api";
import { ground } from "./ground";
import type { Kit, View } from "./kit";
import type { map as nb } from "../locales/nb.json";
import styles from "./map.css";
import { project, type Point } from "./mercator";

/** everywhere, for which a search finds what has a known place */
const everywhere = "-180,-90,180,90";
/** listings of one answer, answers to one search, and cards of the list before more are asked for */
const page = "100";
const pages = 4;
const first = 20;

/** Place is a listing on the map. */
interface Place extends Point {
  item: Item & { place?: { lat?: number; lon?: number } };
}

/** Source is where the hub has the map's tiles from, and whom to credit. */
interface Source {
  tiles: string;
  attribution: string;
  link?: string;
}

/**
 * map shows where things take place: a map, of which nothing is loaded before a resident asks for it, and beside it a list
 * of what it shows, which says the same.
 */
export default function map(kit: Kit): View {
  const { h, fill, button, name, host, hub, root } = kit;
  const { put, number, count, t: common } = kit.words;
  const t = kit.texts<typeof nb>("map");
  kit.style(styles);

  let asking = new AbortController();
  let source: Source | undefined;
  let places: Place[] = [];
  /** the search that these are of, and the area that it was confined to */
  let asked = "";
  let area: string | null;
  let chosen: Place[] | undefined;
  let most = first;
  let on = false;

  const land = ground<Place>(kit, {
    ...t,
    called,
    pick(all) {
      report(all);
      (cards.querySelector("a") ?? every).focus();
    },
    rest: report,
    bare: (yes) => tell(fault, yes && t.bare + " ", yes && button(common.retry, () => land.lay(source!.tiles))),
  });

  const start = h("div", { class: "start", part: "map" });
  const fault = h("p", { tabindex: "-1" });
  const sum = h("p", { tabindex: "-1" });
  const here = h("strong");
  const cards = h("ol", { role: "list", part: "list" });
  const every = button(t.all, () => {
    list();
    land.stage.focus();
  });
  const further = button(t.more, () => {
    list(chosen, most + first);
    cards.children[most - first].querySelector("a")!.focus();
  });
  const within = button(t.search, () => {
    const picks = kit.picks();
    picks.set("bbox", land.area());
    kit.pick(picks);
  });
  const node = h(
    "div",
    { class: "map rows" },
    h("div", { class: "rows" }, start, land.node, fault, within),
    h("div", { class: "rows" }, sum, h("p", {}, here, " ", every), cards, further),
  );
  const height = parseInt(host.getAttribute("map-height")!);
  if (height) node.style.setProperty("--height", height + "px");
  kit.end.addEventListener("abort", () => asking.abort());
  arrange();

  /** tell says it in a paragraph, which keeps the focus when its button goes. */
  function tell(where: HTMLElement, ...what: (Node | string | false)[]) {
    const held = where.contains(root.activeElement);
    fill(where, ...what);
    if (held) (where.querySelector("button") ?? where).focus();
  }

  /** arrange shows what can be used: the map once it is on, as long as there is something to see or an area to leave. */
  function arrange() {
    start.hidden = on || !source || !places[0];
    land.node.hidden = within.hidden = !on || !(places[0] || area);
    if (!start.hidden && host.getAttribute("tiles") === "on") open();
  }

  function called(all: Place[]) {
    const names = new Set(all.map(({ item: { place } }) => place?.name || place?.locality));
    const [where] = names;
    return !all[1] ? all[0].item.title : count(!where ? t.several : names.size > 1 ? t.around : t.at, all.length, where);
  }

  /** list brings the list in line with what the map shows, or lists the activities of one button. */
  function list(these?: Place[], length = first) {
    chosen = these;
    most = length;
    const all = these ?? (on ? land.shown() : places);
    const text = these ? called(these) : on && count(t.here, all.length);
    fill(here, text && name(text));
    fill(
      cards,
      ...all.slice(0, most).map(({ item }) => {
        const card = kit.card(item);
        // the same listing may stand in the list of the search
        for (const link of card.querySelectorAll("[id]")) link.id = "map-" + link.id;
        return h("li", {}, card);
      }),
    );
    every.hidden = !these;
    further.hidden = !all[most];
  }

  /** report lists, and says what. */
  function report(these?: Place[]) {
    list(these);
    kit.say(here.innerText);
  }

  /** find asks for what has a place, in the area of the search or everywhere, and puts it on the map. */
  async function find() {
    asking.abort();
    const { signal } = (asking = new AbortController());
    const query = kit.query();
    const wide = new URLSearchParams(query).get("bbox");
    const all = !wide && kit.ask(kit.query({ limit: "1" }), signal);
    const found: Place[] = [];
    let next: string | undefined = kit.query({ bbox: wide || everywhere, limit: page });
    let known = 0;
    for (let n = 0; n < pages && next; n++) {
      const answer = await kit.ask(next, signal);
      if (signal.aborted) return;
      if ("cause" in answer) return fail(answer);
      ({ total: known, next } = answer);
      for (const item of answer.items as Place["item"][]) {
        const point = project(item.place?.lat, item.place?.lon);
        if (point) found.push({ ...point, item });
      }
    }
    const unknown = ((await all) as Answer).total - known;
    if (signal.aborted) return;
    asked = query;
    area = wide;
    places = found;
    const { length } = places;
    tell(
      sum,
      known > length ? put(t.some, number(length), number(known)) : known ? count(t.known, known) : t.none,
      unknown > 0 && " " + count(t.unknown, unknown),
    );
    arrange();
    land.show(places, !area);
    list();
  }

  /** fail says what went wrong; what was there stays. */
  function fail({ cause, wait }: Failure) {
    const text = common[wait ? "failed" : cause];
    tell(sum, text + " ", button(common.retry, find));
    kit.say(text);
  }

  /** learn asks the hub where the tiles are. */
  async function learn() {
    if (source) return;
    const told = await kit.get("embed/v1/map.json");
    tell(fault, !told.tiles && t.bare);
    if (source || !told.tiles) return;
    source = told as Source;
    land.tools.append(h("a", { href: source.link }, source.attribution));
    fill(start, h("p", {}, put(t.from, new URL(source.tiles, hub).host)), button(t.show, open, { class: "main" }));
    arrange();
  }

  function open() {
    const held = start.contains(root.activeElement);
    on = true;
    arrange();
    if (held) land.stage.focus();
    // that the map is there is seen first
    requestAnimationFrame(() =>
      setTimeout(() => {
        land.lay(source!.tiles);
        land.show(places, true);
        list();
      }),
    );
  }

  return {
    node,
    async show() {
      await Promise.all([learn(), kit.query() !== asked && find()]);
    },
  };
}
