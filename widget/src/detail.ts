import type { Item } from "./api";
import styles from "./detail.css";
import type { Drawer } from "./kit";
import { detail as nb } from "../locales/nb.json";

/**
 * detail shows one listing, whole: in a dialog, or below the hit that was clicked. Escape, the button and the browser's way
 * back close it, and the focus returns.
 */
export default function detail(kit: Drawer, inline: boolean) {
  const { h, fill, button, name, host } = kit;
  const { lang, t: common } = kit.words;
  const t = kit.texts("detail", nb);
  kit.style(styles);

  /** what is open, and what to do when the browser goes back */
  let shut: ((further?: boolean) => void) | undefined;
  let pushed = false;
  let href = "";

  /** forget leaves the entry of the history to others. */
  function forget() {
    pushed = false;
    removeEventListener("popstate", popped, true);
    shut?.(true);
  }

  function popped(event: Event) {
    // the way back from here is nobody else's
    if (location.href === href) event.stopImmediatePropagation();
    shut?.();
    forget();
  }

  return async (item: Item, from?: Element | null) => {
    shut?.(true);
    const asking = new AbortController();
    const title = h(`h${kit.level}` as "h3", { id: "detail", tabindex: "-1", lang: item.language !== lang && /^[a-z]{2,3}$/.test(item.language!) && item.language }, name(item.title));
    const body = h("div", { class: "detail" }, h("p", {}, common.loading));
    const inside = [h("div", { class: "line" }, title, button(t.close, () => leave())), body];
    const place = inline && from?.closest("li");
    const attributes = { part: "detail", "aria-labelledby": "detail" };
    const node = place ? h("section", attributes, ...inside) : h("dialog", { ...attributes, close: () => leave() }, ...inside);
    (place || kit.root.querySelector(".fh")!).append(node);
    if (node instanceof HTMLDialogElement) node.showModal();
    node.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") {
        event.preventDefault();
        leave();
      }
    });
    title.focus();

    shut = (further) => {
      shut = undefined;
      asking.abort();
      host.removeEventListener("fh:filter", forget);
      host.removeEventListener("fh:view", forget);
      node.remove();
      if (!further && from?.isConnected) (from as HTMLElement).focus();
    };
    host.addEventListener("fh:filter", forget);
    host.addEventListener("fh:view", forget);
    if (!pushed) {
      pushed = true;
      href = location.href;
      history.pushState(history.state, "");
      addEventListener("popstate", popped, true);
    }

    function leave() {
      if (!shut) return;
      shut();
      if (location.href === href) history.back();
    }

    const path = "l/" + encodeURIComponent(item.id);
    const link = kit.hub + path;
    const state = h("p", { role: "status" });
    const copy = () =>
      navigator.clipboard.writeText(link).then(
        () => fill(state, t.copied),
        () => fill(state, name(link)),
      );
    const told = await kit.drawn(`listings/${encodeURIComponent(item.id)}?lang=${lang}`, asking.signal).catch(() => undefined);
    if (asking.signal.aborted) return;
    fill(body, ...(told ?? [common.failed]), h("p", { class: "bar" }, h("a", { href: link }, t.whole), told && button(t.copy, copy)), state);
  };
}
