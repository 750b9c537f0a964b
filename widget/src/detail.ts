import type { Item } from "./api";
import styles from "./detail.css";
import type { Drawer } from "./kit";
import type { detail as nb } from "../locales/nb.json";

/**
 * detail shows one listing, whole: in a dialog, or below the hit that was clicked. Escape, the button and the browser's way
 * back close it, and the focus returns.
 */
export default function detail(kit: Drawer, inline: boolean) {
  const { h, fill, button, name, host } = kit;
  const { lang, t: common } = kit.words;
  const t = kit.texts<typeof nb>("detail");
  kit.style(styles);

  /** what is open, and what to do when the browser goes back */
  let shut: ((further?: boolean) => void) | undefined;
  let pushed = false;
  let href = "";

  /** forget leaves the entry of the history to others. */
  function forget() {
    pushed = false;
    removeEventListener("popstate", popped);
    shut?.(true);
  }

  function popped() {
    shut?.();
    forget();
  }

  return async (item: Item, from?: Element | null) => {
    shut?.(true);
    const asking = new AbortController();
    const { signal } = asking;
    const title = h(`h${kit.level}` as "h3", { id: "detail", tabindex: "-1", lang: kit.foreign(item.language) }, name(item.title));
    const body = h("div", { class: "told rows" }, h("p", {}, common.loading));
    const inside = [h("div", { class: "line" }, title, button(t.close, leave)), body];
    const place = inline && from?.closest("li");
    const attributes = {
      part: "detail",
      "aria-labelledby": "detail",
      keydown(event: Event) {
        if ((event as KeyboardEvent).key !== "Escape") return;
        event.preventDefault();
        leave();
      },
    };
    const node = place ? h("section", attributes, ...inside) : h("dialog", { ...attributes, close: leave }, ...inside);
    (place || kit.root.querySelector(".fh")!).append(node);
    if (node instanceof HTMLDialogElement) node.showModal();
    title.focus();

    shut = (further) => {
      shut = undefined;
      asking.abort();
      node.remove();
      if (!further && from?.isConnected) (from as HTMLElement).focus();
    };
    for (const type of ["fh:filter", "fh:view"]) host.addEventListener(type, forget, { signal });
    if (!pushed) {
      pushed = true;
      href = location.href;
      history.pushState(history.state, "");
      addEventListener("popstate", popped);
    }

    function leave() {
      if (!shut) return;
      shut();
      if (location.href === href) history.back();
    }

    const path = "l/" + encodeURIComponent(item.id);
    const link = kit.hub + path;
    const state = h("p", { role: "status" });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(link);
        fill(state, t.copied);
      } catch {
        fill(state, name(link));
      }
    };
    const told = await kit.drawn(`listings/${encodeURIComponent(item.id)}?lang=${lang}`, signal).catch(() => undefined);
    if (signal.aborted) return;
    fill(body, ...(told ?? [common.failed]), h("p", { class: "bar" }, h("a", { href: link }, t.whole), told && button(t.copy, copy)), state);
  };
}
