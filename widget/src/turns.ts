import type { Kit, View } from "./kit";
import type { Core } from "./search";

/** the views beside the list, each a part */
const views = new Map<string, () => Promise<{ default: (kit: Kit) => View }>>([
  ["calendar", () => import("./calendar")],
  ["map", () => import("./map")],
]);

/** turns gives what shows another view, or the same again after another search. */
export default function turns({ settings, now, nodes, end }: Core, kit: Kit) {
  const { turns: buttons, list, beside } = nodes;
  const { h, fill, button, words } = kit;
  const made = new Map<string, View>();

  async function turn(to: string) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(settings.views[i] === to)));
    list.hidden = to !== "list";
    beside.hidden = !list.hidden;
    if (beside.hidden) return;
    try {
      const found = made.get(to) ?? (await views.get(to)!()).default(kit);
      if (end.aborted) return found.end();
      made.set(to, found);
      if (to !== now.view) return;
      fill(beside, found.node);
      await found.show();
    } catch {
      if (to === now.view) fill(beside, h("p", {}, words.t.failed), button(words.t.retry, () => turn(to)));
    }
  }

  end.addEventListener("abort", () => {
    for (const view of made.values()) view.end();
  });
  return turn;
}
