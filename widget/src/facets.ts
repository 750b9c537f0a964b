import type { Choice } from "./api";
import { fill, h, name } from "./dom";
import { facets, type Options, type Picks } from "./state";
import { wall, type Words } from "./text";

/** say is a pick in words. */
export function say({ t, put, day }: Words, labels: Map<string, string>, param: string, value: string): string {
  if (param === "age") return t.age + ": " + put(t.years, value);
  if (param === "free") return t.free;
  const date = wall(value);
  if (param === "from" || param === "to") return put(t[param], date ? day(date) : value);
  return labels.get(param + value) ?? value;
}

/**
 * panel gives the offered filters, as controls of the form that holds them, named as their search parameters.
 * Boxes stay where they first appeared, so that nothing moves under a finger and focus is never lost.
 */
export function panel(words: Words, { filters, base }: Options, labels: Map<string, string>) {
  const { t, put, number } = words;
  const fields: HTMLInputElement[] = [];
  const boxes = new Map<string, { row: HTMLElement; input: HTMLInputElement; n: number }>();
  const groups = new Map<string, HTMLElement>();

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
    if (facets.includes(param)) {
      const id = "g-" + param;
      const rows = h("fieldset", { "aria-labelledby": id });
      groups.set(param, rows);
      return h("details", { part: "facet", open: groups.size < 3 }, h("summary", { id }, t.facets[param as keyof typeof t.facets]), rows);
    }
    const input = h("input", { id: param, name: param, part: "input", ...(param === "age" ? { type: "number", min: "0", max: 120 } : { type: "date" }) });
    fields.push(input);
    return h("label", {}, param === "age" ? t.age : put(t[param as "from"], t.date), input);
  });

  return {
    nodes,
    fields,
    /** show brings the boxes in line with the picks, and with new counts: without hits a box is hidden, unless it is picked. */
    show(picks: Picks, found?: Map<string, Choice[]>) {
      for (const [param] of groups) {
        for (const value of picks.getAll(param)) box(param, value);
        if (!found) continue;
        for (const made of boxes.values()) if (made.input.name === param) made.n = 0;
        const allowed = base.getAll(param);
        for (const { value, label, count } of found.get(param) ?? []) {
          if (allowed.length && !allowed.includes(value)) continue;
          labels.set(param + value, String(label || value));
          box(param, value).n = count;
        }
      }
      for (const { row, input, n } of boxes.values()) {
        const [, text, count] = row.children;
        input.checked = picks.getAll(input.name).includes(input.value);
        fill(text, say(words, labels, input.name, input.value));
        if (input.name === "free") continue;
        fill(count, number(n));
        row.hidden = !(n || input.checked || row.matches(":focus-within"));
      }
      for (const rows of groups.values()) rows.parentElement!.hidden = !rows.querySelector("label:not([hidden])");
    },
  };
}
