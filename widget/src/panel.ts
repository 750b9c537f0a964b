import type { Choice } from "./api";
import type { Kit } from "./kit";
import { facets as named, panel as nb } from "../locales/nb.json";
import styles from "./panel.css";
import type { Options, Picks } from "./state";

/**
 * panel gives the offered filters, as controls of the form that holds them, named as their search parameters.
 * Boxes stay where they first appeared, so that nothing moves under a finger and focus is never lost.
 */
export default function panel(kit: Kit, { filters, base }: Options) {
  const { h, fill, name, words } = kit;
  const { t, put, number } = words;
  const facets: { [name: string]: string } = kit.texts("facets", named);
  const own = kit.texts("panel", nb);
  const fields: HTMLInputElement[] = [];
  const boxes = new Map<string, { row: HTMLElement; input: HTMLInputElement; n: number }>();
  const groups = new Map<string, HTMLElement>();
  kit.style(styles);

  const box = (param: string, value: string) => {
    const id = param + value;
    let made = boxes.get(id);
    if (!made) {
      const input = h("input", { type: "checkbox", id, name: param, value });
      made = { row: h("label", { class: "check" }, input, name(""), h("span")), input, n: 0 };
      boxes.set(id, made);
      groups.get(param)?.append(made.row);
    }
    return made;
  };

  const nodes = filters.map((param) => {
    if (param === "free") return box(param, "true").row;
    if (facets[param]) {
      const id = "g-" + param;
      const rows = h("fieldset", { "aria-labelledby": id });
      groups.set(param, rows);
      return h("details", { part: "facet", open: groups.size < 3 }, h("summary", { id }, facets[param]), rows);
    }
    const input = h("input", { id: param, name: param, part: "input", ...(param === "age" ? { type: "number", min: "0", max: 120 } : { type: "date" }) });
    fields.push(input);
    return h("label", {}, param === "age" ? t.age : put(t[param as "from"], own.date), input);
  });

  return {
    nodes,
    /** sync writes the picks into the fields. */
    sync(picks: Picks) {
      for (const field of fields) field.value = picks.get(field.name) ?? "";
    },
    /** show brings the boxes in line with the picks, and with new counts: without hits a box is hidden, unless it is picked. */
    show(picks: Picks, found?: Map<string, Choice[]>) {
      for (const [param] of groups) {
        for (const value of picks.getAll(param)) box(param, value);
        if (!found) continue;
        for (const made of boxes.values()) if (made.input.name === param) made.n = 0;
        const allowed = base.getAll(param);
        for (const { value, count } of found.get(param) ?? []) if (!allowed.length || allowed.includes(value)) box(param, value).n = count;
      }
      for (const { row, input, n } of boxes.values()) {
        const [, text, count] = row.children;
        input.checked = picks.getAll(input.name).includes(input.value);
        fill(text, kit.told(input.name, input.value));
        if (input.name === "free") continue;
        fill(count, number(n));
        row.hidden = !(n || input.checked || row.matches(":focus-within"));
      }
      for (const rows of groups.values()) rows.parentElement!.hidden = !rows.querySelector("label:not([hidden])");
    },
  };
}

export type Panel = ReturnType<typeof panel>;
