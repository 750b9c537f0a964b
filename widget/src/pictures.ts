import type { Item } from "./api";
import type { Kit } from "./kit";
import styles from "./pictures.css";

/** pictures puts the picture that the hub has of a hit on its card, now and later; it is loaded when it comes into sight, and what does not come leaves no trace. */
export default function pictures(kit: Kit, items: Item[]) {
  const { h, hub, root, card } = kit;
  kit.style(styles);

  function on(card: Element | null | undefined, { id, image }: Item & { image?: { alt?: string } }) {
    if (!card || !image) return;
    const picture = h("img", { part: "image", loading: "lazy", width: 320, height: 240, src: `${hub}img/${encodeURIComponent(id)}/small.jpg`, error: () => picture.remove() });
    picture.alt = image.alt ?? "";
    card.append(picture);
  }

  kit.card = (item) => {
    const made = card(item);
    on(made, item);
    return made;
  };
  for (const item of items) on(root.getElementById("l-" + item.id)?.closest("article"), item);
}
