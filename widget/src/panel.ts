import type { Choice } from "./api";
import type { Kit } from "./kit";
import type { panel as nb } from "../locales/nb.json";
import styles from "./panel.css";
import type { Core } from "./search";
import type { Picks } from "./state";

/** what is picked by one box */
const single = ["free", "low_threshold", "equipment_loan", "neighbours"];
const whens = ["", "today", "tomorrow", "weekend", "week", "next_week", "month"];
/** how far away "near me" is, in kilometres */
const around = "5";

/**
 * panel gives the offered filters, as controls of the form that holds them, named as their search parameters.
 * Boxes stay where they first appeared, so that nothing moves under a finger and focus is never lost.
 */
export default function panel(kit: Kit & Core) {
  const { h, fill, button, name, words, settings, labels } = kit;
  const { t, put, number } = words;
  const { filters, base, neighbours } = settings;
  const facets = kit.texts<{ [name: string]: string }>("facets");
  const own = kit.texts<typeof nb>("panel");
  const fields: (HTMLInputElement | HTMLSelectElement)[] = [];
  const boxes = new Map<string, { row: HTMLElement; input: HTMLInputElement; n: number }>();
  const groups = new Map<string, HTMLElement>();
  kit.style(styles);

  /** told is a pick in words. */
  function told(param: string, value: string): string {
    if (param === "from" || param === "to") return put(t[param], words.day(value));
    const said: { [param: string]: string } = {
      age: own.age + ": " + put(t.years, value),
      free: own.free,
      bbox: own.bbox,
      neighbours: own.neighbours,
      max_price: put(t.to, put(own.amount, value)),
      near: put(own.around, kit.picks().get("radius") ?? ""),
      when: own.whens[value as "today"],
    };
    return said[param] ?? labels.get(param + value) ?? value;
  }

  const box = (param: string, value: string) => {
    const id = param + value;
    let made = boxes.get(id);
    if (!made) {
      const input = h("input", { type: "checkbox", id, name: param, value });
      made = { row: h("label", { class: "bar check" }, input, name(""), h("span")), input, n: 0 };
      boxes.set(id, made);
      groups.get(param)?.append(made.row);
    }
    return made;
  };

  /** clear empties other fields, which say the same in another way. */
  const clear = (...names: string[]) => {
    for (const field of fields) if (names.includes(field.name)) field.value = "";
  };

  /** field is a text field or a list to choose from. */
  function field(param: string, text: string, control: HTMLInputElement | HTMLSelectElement) {
    control.id = control.name = param;
    fields.push(control);
    return h("label", {}, text, control);
  }

  const near = () => {
    kit.say(own.locating);
    navigator.geolocation.getCurrentPosition(
      // to a hundred metres, which is enough to find what is near
      ({ coords }) =>
        kit.pick([...[...kit.picks()].filter(([n]) => n !== "near" && n !== "radius"), ["near", coords.latitude.toFixed(3) + "," + coords.longitude.toFixed(3)], ["radius", around]]),
      () => kit.say(own.lost),
      { timeout: 10_000 },
    );
  };

  const nodes = [...filters, ...(neighbours[0] ? ["neighbours"] : [])].map((param) => {
    if (param === "near") return "geolocation" in navigator && button(own.near, near);
    if (single.includes(param)) return box(param, "true").row;
    if (param === "when")
      return field(
        param,
        own.when,
        h("select", { part: "input", input: () => clear("from", "to") }, ...whens.map((value) => new Option(value ? told(param, value) : own.any, value))),
      );
    if (facets[param]) {
      const id = "g-" + param;
      const rows = h("fieldset", { "aria-labelledby": id });
      groups.set(param, rows);
      return h("details", { part: "facet", open: groups.size < 3 }, h("summary", { id }, facets[param]), rows);
    }
    if (param === "age" || param === "max_price")
      return field(param, param === "age" ? own.age : own.price, h("input", { part: "input", type: "number", min: "0", max: param === "age" ? 120 : 99999 }));
    return field(param, put(t[param as "from"], own.date), h("input", { part: "input", type: "date", input: () => clear("when") }));
  });

  const open = button("", unfold, { class: "fold", "aria-expanded": "false" });
  const close = button("", () => (unfold(), open.focus()), { class: "fold main" });
  const all = h("div", { id: "filters", class: "rows", part: "filters" }, ...nodes, close);

  function unfold() {
    open.setAttribute("aria-expanded", all.classList.toggle("open") as any);
  }

  return {
    nodes: [open, all],
    told,
    /** how to call what takes a filter off */
    remove: own.remove,
    /** names of what the fields say */
    names: [...filters.filter((param) => param !== "near"), "neighbours"],
    /** sync writes the picks into the fields. */
    sync(picks: Picks) {
      for (const field of fields) field.value = picks.get(field.name) ?? "";
    },
    /** sum says how many filters are picked, and how many hits that gives. */
    sum(picked: number, hits: string) {
      fill(open, kit.own.filters + (picked ? ` (${picked})` : ""));
      fill(close, put(own.show, hits));
    },
    /** show brings the boxes in line with the picks, and with new counts: without hits a box is hidden, unless it is picked. */
    show(picks: Picks, found?: Map<string, Choice[]>) {
      for (const param of [...groups.keys(), ...single]) {
        for (const value of picks.getAll(param)) box(param, value);
        if (!found) continue;
        for (const made of boxes.values()) if (made.input.name === param) made.n = 0;
        const allowed = base.getAll(param);
        for (const { value, count } of found.get(param) ?? [])
          if (groups.has(param) ? !allowed.length || allowed.includes(value) : boxes.has(param + value)) box(param, value).n = count;
      }
      for (const { row, input, n } of boxes.values()) {
        const [, text, count] = row.children;
        input.checked = picks.getAll(input.name).includes(input.value);
        fill(text, told(input.name, input.value));
        if (input.name === "free" || input.name === "neighbours") continue;
        fill(count, number(n));
        row.hidden = !(n || input.checked || row.matches(":focus-within"));
      }
      for (const rows of groups.values()) rows.parentElement!.hidden = !rows.querySelector("label:not([hidden])");
    },
  };
}

export type Panel = ReturnType<typeof panel>;
