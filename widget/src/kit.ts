import type { Answer, Failure, Item } from "./api";
import type { button, fill, h, name, web } from "./dom";
import type { Pairs, Picks } from "./state";
import type { Words } from "./text";

/** Tree is what the hub has drawn for us to build: a text, or an element as a list of its name, its attributes and what is in it. */
export type Tree = string | unknown[];

/**
 * Kit is all that a part may use of the element it belongs to. A part imports types alone from the modules that the
 * element is made of, since whatever else it imports is bundled into it once more.
 */
export interface Kit {
  h: typeof h;
  fill: typeof fill;
  button: typeof button;
  name: typeof name;
  web: typeof web;
  /** the element in the page, and what it shows */
  host: HTMLElement;
  root: ShadowRoot;
  /** aborted when the element leaves the page, or is made anew */
  end: AbortSignal;
  /** address of the hub, ending in "/" */
  hub: string;
  /** level of a result's heading, 2 to 6 */
  level: number;
  words: Words;
  /** texts of a part in the resident's language */
  texts: Words["texts"];
  /** adopts a style sheet */
  style(css: string): void;
  /** the current search without counts, as a query; `extra` replaces parameters of the same names */
  query(extra?: { [name: string]: string }): string;
  /** asks the hub's search; never throws, and what comes of a question that was aborted means nothing */
  ask(query: string, signal?: AbortSignal): Promise<Answer | Failure>;
  /** asks for JSON of another address of the hub, seen from its root; an object or an array, otherwise as ask */
  get(path: string, signal?: AbortSignal): Promise<any>;
  /** the language of a hit, when it is another one than that of the page */
  foreign(language?: string): string | false | undefined;
  /** one hit as in the list */
  card(item: Item): HTMLElement;
  /** a link to a hit, which opens it as the list does */
  link(item: Item, ...children: (Node | string)[]): HTMLAnchorElement;
  /** says something in the one region that is read aloud, and shows it there until the next search has settled */
  say(text: string): void;
  /** dispatches fh:type; false when the page has cancelled it */
  emit(type: string, detail?: object): boolean;
  /** makes these the search, and gives whether they are another one */
  pick(pairs: Pairs): boolean;
  /** what is picked, as a copy */
  picks(): Picks;
}

/** Drawer is a kit with what the hub draws itself. */
export interface Drawer extends Kit {
  /** asks for it at an address seen from embed/v1/, and makes it; throws when that cannot be */
  drawn(path: string, signal?: AbortSignal): Promise<(Node | string)[]>;
}

/**
 * View is another way to show what is found, beside the list: `export default function calendar(kit: Kit): View`.
 * `show` is called when residents turn to it, and again whenever another search has settled while it is shown; it gives up
 * what it was still asking for. When it throws, a plain sentence is said instead.
 */
export interface View {
  node: HTMLElement;
  show(): Promise<void>;
}
