import type { Kit } from "./kit";
import { bbox, gather, type Point, type Spot } from "./mercator";

/** pixels of a tile, and between the middles of two buttons */
const tile = 256;
const reach = 48;
/** the levels there are, and the closest look at a single place that nobody asked for */
const lowest = 3;
const highest = 18;
const close = 15;

/** What the map says, and what becomes of it. */
export interface Choices<T> {
  label: string;
  help: string;
  zoomIn: string;
  zoomOut: string;
  /** what a button for these is called */
  called(all: T[]): string;
  /** a button was pressed that a closer look would not take apart */
  pick(all: T[]): void;
  /** a resident has moved the map, and it has come to rest */
  rest(): void;
  /** whether all that was asked for has come to nothing */
  bare(yes: boolean): void;
}

interface Tile {
  img: HTMLImageElement;
  z: number;
  x: number;
  y: number;
  /** how asking for it ended */
  end?: string;
}

interface Mark<T extends Point> {
  node: HTMLButtonElement;
  spot: Spot<T>;
  /** pixels from the upper left corner of the map */
  x: number;
  y: number;
}

const put = (node: HTMLElement, x: number, y: number) => node.style.setProperty("transform", `translate(${x}px,${y}px)`);
const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high);

/** ground is the map itself: tiles under a hand that drags, pinches, turns a wheel or presses keys, and buttons on them. */
export function ground<T extends Point>({ h, button, words, hub, end }: Kit, choices: Choices<T>) {
  const tiles = new Map<string, Tile>();
  const marks = new Map<string, Mark<T>>();
  const hands = new Map<number, Point>();
  let address = "";
  let points: T[] = [];
  let spots: Spot<T>[] = [];
  /** what is seen: the point in the middle, the level, and how large the map is in pixels, 0 before it is shown */
  let middle: Point = { x: 0.5, y: 0.3 };
  let zoom = 4;
  let wide = 0;
  let high = 0;
  /** the level that the spots were gathered at, the button that Tab comes to, and how far hands have gone since the first came down */
  let gathered = 0;
  let current = "";
  let travelled = 0;
  let resting = 0;
  /** what is to fit in once the map is shown */
  let fitting: Point[] | undefined;

  const back = h("div", { class: "tiles" });
  const front = h("div");
  const listen = {
    keydown: pressed,
    pointerdown: down,
    pointermove: dragged,
    pointerup: up,
    pointercancel: up,
    dblclick: doubled,
  } as { [type: string]: any };
  const stage = h(
    "div",
    { class: "stage", role: "application", tabindex: "0", "aria-label": choices.label, "aria-description": choices.help, ...listen },
    back,
    front,
  );
  stage.addEventListener("wheel", wheeled, { passive: false });
  const tool = (sign: string, label: string, by: number) => button(sign, () => step(by), { "aria-label": label });
  // below the map, where they hide no place
  const tools = h("div", { class: "line" }, h("div", { class: "bar" }, tool("+", choices.zoomIn, 1), tool("−", choices.zoomOut, -1)));
  const node = h("div", { part: "map", dir: "ltr" }, stage, tools);

  const observer = new ResizeObserver(() => {
    wide = stage.clientWidth;
    high = stage.clientHeight;
    if (fitting) fit(fitting);
    else draw();
  });
  observer.observe(stage);
  end.addEventListener("abort", () => {
    clearTimeout(resting);
    observer.disconnect();
  });

  const scale = () => tile * 2 ** zoom;
  const left = (x: number) => (x - middle.x) * scale() + wide / 2;
  const top = (y: number) => (y - middle.y) * scale() + high / 2;
  /** at is the point at this pixel, or the one nearest to it where the map ends. */
  const at = (x: number, y: number): Point => ({ x: clamp(middle.x + (x - wide / 2) / scale(), 0, 1), y: clamp(middle.y + (y - high / 2) / scale(), 0, 1) });
  /** seen is what is within sight, all of it before the map is shown. */
  const seen = ({ x, y }: Point) => !wide || (Math.abs(x - middle.x) * scale() * 2 <= wide && Math.abs(y - middle.y) * scale() * 2 <= high);

  /** shift moves what is seen by so many pixels. */
  function shift(x: number, y: number) {
    middle = at(wide / 2 + x, high / 2 + y);
    clearTimeout(resting);
    resting = setTimeout(choices.rest, 250);
    draw();
  }

  /** turn zooms, and keeps in its place what is at this pixel. */
  function turn(by: number, x = wide / 2, y = high / 2) {
    const held = at(x, y);
    zoom = clamp(zoom + by, lowest, highest);
    shift(left(held.x) - x, top(held.y) - y);
  }

  /** step zooms to the next whole level. */
  const step = (by: number, x?: number, y?: number) => turn(Math.round(zoom + by) - zoom, x, y);

  /** fit shows all of these points, as large as may be. */
  function fit(all: Point[], most = close) {
    fitting = wide ? undefined : all;
    if (!wide || !all[0]) return;
    const ends = (axis: "x" | "y") => {
      const values = all.map((point) => point[axis]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [west, east] = ends("x");
    const [north, south] = ends("y");
    const room = (pixels: number, part: number) => Math.log2(Math.max(pixels - 2 * reach, reach) / tile / part);
    zoom = clamp(Math.floor(Math.min(room(wide, east - west), room(high, south - north))), lowest, most);
    middle = { x: (west + east) / 2, y: (north + south) / 2 };
    draw();
  }

  function draw() {
    if (!wide) return;
    if (address) lay();
    const held = marks.get(current);
    const focused = held?.node.matches(":focus");
    mark();
    // what was held may have come apart, or gone out of sight
    if (!marks.has(current)) current = nearest(held ?? { x: wide / 2, y: high / 2 });
    hold(current);
    if (focused && !marks.get(current)?.node.matches(":focus")) rouse();
  }

  const rouse = () => (marks.get(current)?.node ?? stage).focus();

  /** nearest is the button that it costs least to come to. */
  function nearest(from: Point, cost: (x: number, y: number) => number = Math.hypot) {
    let [best, least] = ["", Infinity];
    for (const [key, { x, y }] of marks) {
      const far = cost(x - from.x, y - from.y);
      if (far < least) [best, least] = [key, far];
    }
    return best;
  }

  /** lay puts the tiles where they belong, asks for those that are missing, and keeps others that came until these have. */
  function lay() {
    const z = Math.round(zoom);
    const all = 2 ** z;
    const from = at(0, 0);
    const to = at(wide, high);
    const wanted = new Set<string>();
    let waiting = false;
    for (let y = Math.floor(from.y * all); y < to.y * all; y++)
      for (let x = Math.floor(from.x * all); x < to.x * all; x++) {
        const key = [z, x, y] + "";
        wanted.add(key);
        waiting ||= !(tiles.get(key) ?? ask(key, z, x, y)).end;
      }
    for (const [key, { img, z: level, x, y, end }] of tiles) {
      if (!wanted.has(key) && (!waiting || end !== "load")) drop(key);
      const side = 2 ** -level;
      img.width = img.height = Math.ceil(scale() * side);
      put(img, Math.round(left(x * side)), Math.round(top(y * side)));
    }
  }

  function ask(key: string, z: number, x: number, y: number): Tile {
    const place: { [axis: string]: number } = { z, x, y };
    const came = ({ type }: Event) => {
      made.end = type;
      const ends = [...tiles.values()].map(({ end }) => end);
      if (ends.includes(undefined)) return;
      choices.bare(!ends.includes("load"));
      lay();
    };
    // without credentials: no cookie goes to where the tiles come from, and none is taken from there
    const img = h("img", {
      crossorigin: "anonymous",
      load: came,
      error: came,
      src: new URL(address.replace(/\{([zxy])}/g, (_, axis) => place[axis] + ""), hub + "embed/v1/").href,
    });
    const made: Tile = { img, z, x, y };
    img.alt = "";
    tiles.set(key, made);
    back.append(img);
    return made;
  }

  function drop(key: string) {
    const { img } = tiles.get(key)!;
    tiles.delete(key);
    img.remove();
    img.removeAttribute("src");
  }

  /** mark puts the buttons that are within sight where they belong. */
  function mark() {
    if (gathered !== zoom) spots = gather(points, reach / scale());
    gathered = zoom;
    const kept = new Set<string>();
    for (const spot of spots.filter(seen)) {
      const { length } = spot.all;
      const key = [points.indexOf(spot.all[0]), length] + "";
      const place = { x: left(spot.x), y: top(spot.y) };
      const made = marks.get(key);
      const node = made?.node ?? button(length > 1 && words.number(length), () => press(key), { class: length < 2 && "one", focus: () => hold(key) });
      if (!made) front.append(node);
      if (made?.spot !== spot) node.setAttribute("aria-label", choices.called(spot.all));
      marks.set(key, { node, spot, ...place });
      put(node, place.x, place.y);
      kept.add(key);
    }
    for (const [key, { node }] of marks)
      if (!kept.has(key)) {
        marks.delete(key);
        node.remove();
      }
  }

  /** hold makes it the button that Tab comes to. */
  function hold(key: string) {
    for (const [other, { node }] of marks) node.tabIndex = other === key ? 0 : -1;
    current = key;
  }

  /** press takes the spot apart if a closer look would; if not, its activities are listed. */
  function press(key: string) {
    const { all } = marks.get(key)!.spot;
    hold(key);
    if (zoom < highest && gather(all, reach / tile / 2 ** highest)[1]) {
      const before = zoom;
      fit(all, highest);
      turn(Math.max(before + 1 - zoom, 0));
      hold(nearest({ x: wide / 2, y: high / 2 }));
      rouse();
    } else {
      clearTimeout(resting);
      choices.pick(all);
    }
  }

  function pressed(event: KeyboardEvent) {
    const { key, target } = event;
    const from = target === stage ? undefined : marks.get(current);
    if (event.ctrlKey || event.metaKey || event.altKey || !/^(Arrow.*|[+=-])$/.test(key)) return;
    event.preventDefault();
    const x = +(key === "ArrowRight") - +(key === "ArrowLeft");
    const y = +(key === "ArrowDown") - +(key === "ArrowUp");
    if (!x && !y) return step(key === "-" ? -1 : 1, from?.x, from?.y);
    // from a button to the next one that way, with a preference for what lies straight ahead
    const next = from && nearest(from, (dx, dy) => (dx * x + dy * y > 0 ? dx * x + dy * y + 2 * Math.abs(dx * y + dy * x) : NaN));
    if (next) marks.get(next)!.node.focus();
    else shift((x * wide) / 4, (y * high) / 4);
  }

  function place({ clientX, clientY }: MouseEvent): Point {
    const box = stage.getBoundingClientRect();
    return { x: clientX - box.x, y: clientY - box.y };
  }

  function down(event: PointerEvent) {
    if (event.button) return;
    if (!hands.size) travelled = 0;
    hands.set(event.pointerId, place(event));
  }

  /** grip is the point in the middle of the hands that are down, and how far they are apart. */
  function grip() {
    const [a, b = a] = hands.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  function dragged(event: PointerEvent) {
    const { pointerId } = event;
    if (!hands.has(pointerId)) return;
    if (!event.buttons) return up(event);
    const before = grip();
    hands.set(pointerId, place(event));
    const now = grip();
    travelled += Math.hypot(now.x - before.x, now.y - before.y, now.apart - before.apart);
    if (travelled < 5) return;
    // from here on it is no click on what is under the hand
    stage.setPointerCapture(pointerId);
    if (before.apart && now.apart) turn(Math.log2(now.apart / before.apart), before.x, before.y);
    shift(before.x - now.x, before.y - now.y);
  }

  function up({ pointerId }: PointerEvent) {
    hands.delete(pointerId);
  }

  function doubled(event: MouseEvent) {
    const { x, y } = place(event);
    if (!(event.target as Element).closest("button")) step(1, x, y);
  }

  function wheeled(event: WheelEvent) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { x, y } = place(event);
    turn(clamp(event.deltaY / (event.deltaMode ? -9 : -99), -1, 1), x, y);
  }

  return {
    node,
    stage,
    tools,
    /** lay starts to draw tiles from an address with {z}, {x} and {y}; again: those that did not come are asked for once more. */
    lay(from: string) {
      address = from;
      for (const [key, { end }] of tiles) if (end !== "load") drop(key);
      draw();
    },
    /** show puts buttons for these points in the place of earlier ones, and may make all of them fit in. */
    show(all: T[], fitted: boolean) {
      points = all;
      gathered = NaN;
      if (fitted) fit(all);
      draw();
    },
    /** shown are the points within sight. */
    shown: () => points.filter(seen),
    /** area is what is within sight, as the API writes it. */
    area: () => bbox(at(0, 0), at(wide, high)),
  };
}
