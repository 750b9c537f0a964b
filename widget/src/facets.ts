import type { Choice } from "./api";
import { fill, h, name } from "./dom";
import type { Picks } from "./state";
import { wall, type Words } from "./text";

const title = (words: Words, facet: string) => new Map(Object.entries(words.t.facets)).get(facet)!;

interface Group {
  box: HTMLElement;
  rows: HTMLElement;
  options: Map<string, { row: HTMLElement; input: HTMLInputElement; count: HTMLElement }>;
}

/**
 * panel shows the offered filters and reports each change as "the values of this parameter are now these".
 * Options stay where they first appeared, so that nothing moves under a finger and focus is never lost.
 */
export function panel(words: Words, filters: string[], labels: Map<string, string>, change: (name: string, values: string[], typed?: boolean) => void) {
  const { t } = words;
  const groups = new Map<string, Group>();
  const inputs = new Map<string, HTMLInputElement>();

  const field = (param: string, text: string, attributes: object) => {
    const input = h("input", {
      id: "f-" + param,
      part: "input",
      ...attributes,
      input: () => input.validity.valid && change(param, [input.value], true),
    });
    inputs.set(param, input);
    return h("div", { class: "field" }, h("label", { for: input.id }, text), input);
  };
  const check = (id: string, text: string, toggle: (on: boolean) => void, ...after: Node[]) => {
    const input = h("input", { type: "checkbox", id, change: () => toggle(input.checked) });
    const row = h("label", { class: "check" }, input, name(text), ...after);
    return { input, row };
  };
  const values = (group: Group) => [...group.options].filter(([, { input }]) => input.checked).map(([value]) => value);

  const make = (filter: string): HTMLElement => {
    if (filter === "age")
      return field("age", t.age, { type: "number", min: 0, max: 120, inputmode: "numeric", autocomplete: "off" });
    if (filter === "date")
      return h(
        "fieldset",
        { class: "dates" },
        h("legend", {}, t.date),
        field("from", t.from, { type: "date" }),
        field("to", t.to, { type: "date" }),
      );
    if (filter === "free") {
      const { input, row } = check("f-free", t.onlyfree, (on) => change("free", on ? ["true"] : []));
      inputs.set(filter, input);
      return row;
    }
    const rows = h("div", { class: "rows" });
    const id = "g-" + filter;
    const box = h(
      "details",
      { part: "facet", open: groups.size < 2, hidden: true },
      h("summary", { id }, title(words, filter)),
      h("fieldset", { "aria-labelledby": id }, rows),
    );
    groups.set(filter, { box, rows, options: new Map() });
    return box;
  };

  return {
    nodes: filters.map(make),

    /** sync shows what is picked, also when the choice came from elsewhere. */
    sync(picks: Picks) {
      for (const [param, input] of inputs) {
        const value = picks.get(param) ?? "";
        if (param === "free") input.checked = !!value;
        else if (input.value !== value) input.value = value;
      }
      for (const [facet, group] of groups)
        for (const [value, { input }] of group.options) input.checked = picks.has(facet, value);
    },

    /** update shows new counts; an option without hits is hidden unless it is picked. */
    update(found: Map<string, Choice[]>, picks: Picks, base: URLSearchParams) {
      for (const [facet, group] of groups) {
        const allowed = base.getAll(facet);
        const counts = new Map<string, number>(picks.getAll(facet).map((value) => [value, 0]));
        for (const { value, label, count } of found.get(facet) ?? []) {
          if (allowed.length && !allowed.includes(value)) continue;
          counts.set(value, count);
          labels.set(facet + "=" + value, label);
        }
        for (const value of counts.keys()) {
          if (group.options.has(value)) continue;
          const count = h("span", { class: "count" });
          const label = labels.get(facet + "=" + value) ?? value;
          const option = check(`o-${facet}-${value}`, label, () => change(facet, values(group)), count);
          group.options.set(value, { ...option, count });
          group.rows.append(option.row);
        }
        let visible = false;
        for (const [value, { row, input, count }] of group.options) {
          const n = counts.get(value) ?? 0;
          input.checked = picks.has(facet, value);
          row.hidden = !n && !input.checked;
          visible ||= !row.hidden;
          count.textContent = words.number(n);
          if (input.checked) row.querySelector("bdi")!.textContent = labels.get(facet + "=" + value) ?? value;
        }
        group.box.hidden = !visible;
      }
    },
  };
}

/** say is a pick in words. */
export function say(words: Words, labels: Map<string, string>, param: string, value: string): string {
  const { t, put, day } = words;
  if (param === "age") return t.age + ": " + put(t.years, value);
  if (param === "free") return t.free;
  if (param === "from" || param === "to") return put(param === "to" ? t.until : t.since, day(wall(value)!));
  return labels.get(param + "=" + value) ?? value;
}

/** chips shows each pick as a button that removes it. */
export function chips(words: Words, labels: Map<string, string>, node: Element, picks: Picks, remove: (param: string, value: string) => void, reset: () => void) {
  const { t, put } = words;
  const picked = [...picks].filter(([param]) => param !== "q");
  fill(
    node,
    ...picked.map(([param, value]) => {
      const text = say(words, labels, param, value);
      return h(
        "li",
        {},
        h(
          "button",
          { type: "button", part: "chip", id: `c-${param}-${value}`, "aria-label": put(t.remove, text), click: () => remove(param, value) },
          name(text),
        ),
      );
    }),
    picked.length > 1 && h("li", {}, h("button", { type: "button", part: "reset", class: "plain", click: reset }, t.reset)),
  );
  (node as HTMLElement).hidden = !picked.length;
}

