import type { Item } from "./api";
import type { Drawer, Kit, Tree, View } from "./kit";
import type { Core } from "./search";

/** the views beside the list, each a part */
const views: { [view: string]: () => Promise<(kit: Drawer) => View> } = {
  calendar: async () => (await import("./drawn")).calendar,
  map: async () => (await import("./map")).default,
};

/** what the hub may draw for us */
const elements = /^(a(rticle)?|bdi|button|d([dlt]|iv)|h\d|li|[ou]l|p|section|strong|t([dhr]|able|body|head|ime))$/;
const attributes = /^(aria-|class|d|id|lang|part|r|tabi|val)/;

/** beyond is what comes beside the list: other views, a hit in the page, and what the hub draws itself. */
export default function beyond(kit: Kit & Core) {
  const { settings, now, end, hub, turns, list, beside, h, fill, button, web, words } = kit;
  const made = new Map<string, View>();
  let details: ((item: Item, from?: Element) => void) | undefined;

  /** build makes what the hub has drawn, and nothing that was not looked for; headings come below those of hits. */
  function build(tree: Tree): Node | string {
    if (!Array.isArray(tree)) return tree + "";
    const [tag, given, ...children] = tree as [string, { [name: string]: string }, ...Tree[]];
    if (!elements.test(tag)) return "";
    const { href, ...rest } = Object(given);
    const inside = children.map(build);
    if (href?.[0] === "?") return button(h("span", {}, ...inside), () => go(href));
    if (rest["data-id"]) return kit.link({ id: rest["data-id"], title: h("p", {}, ...inside).textContent!, language: rest.lang }, ...inside);
    const known = Object.fromEntries(Object.entries(rest).filter(([name]) => attributes.test(name))) as { [name: string]: string };
    if (href) known.href = web(href, hub)?.href!;
    return h(tag.replace(/h(\d)/, (_, n) => "h" + Math.min(kit.level + +n - 1, 6)) as "p", known, ...inside);
  }

  /** drawn is what the hub draws at this address, below embed/v1/; it throws when that is nothing. */
  const drawn = async (path: string, signal?: AbortSignal): Promise<(Node | string)[]> => (await kit.get("embed/v1/" + path, signal)).map(build);
  const drawer: Drawer = Object.assign(kit, { drawn });

  /** go makes the search that a way of the hub's leads to, without the words that the page itself adds. */
  function go(way: string) {
    const wanted = new URLSearchParams(way);
    const own = settings.base.get("q");
    if (own) wanted.set("q", wanted.get("q")?.replace(own, "").trim() ?? "");
    kit.pick(wanted);
  }

  async function turn(to: string) {
    turns.forEach((button, i) => button.setAttribute("aria-pressed", String(settings.views[i] === to)));
    list.hidden = to !== "list";
    beside.hidden = !list.hidden;
    if (beside.hidden) return;
    try {
      let found = made.get(to);
      if (!found) {
        const make = await views[to]();
        if (end.aborted) return;
        made.set(to, (found = make(drawer)));
      }
      if (to !== now.view) return;
      fill(beside, found.node);
      await found.show();
    } catch {
      if (to === now.view) fill(beside, h("p", {}, words.t.failed), button(words.t.retry, () => turn(to)));
    }
  }

  return {
    turn,
    /** advice is what to do when nothing was found. */
    advice: () =>
      drawn(
        `advice?${kit.asked()}&fixed=${[...settings.base.keys()].filter((name) => !now.picks.has(name))}&neighbours=${now.picks.get("neighbours") ?? settings.neighbours}`,
      ),
    /** open shows a hit in the page; on its own page when that cannot be. */
    async open(item: Item, address: string, from?: Element) {
      try {
        details ??= (await import("./drawn")).detail(drawer, settings.detail === "inline");
      } catch {
        return location.assign(address);
      }
      details(item, from);
    },
  };
}
