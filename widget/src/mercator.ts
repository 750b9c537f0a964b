/** A place on the Web Mercator map (EPSG:3857), which is a square with sides of 1, north up and west to the left. */
export interface Point {
  x: number;
  y: number;
}

const turn = 2 * Math.PI;

/** project places a position in degrees; nothing for what is no position. */
export function project(lat = NaN, lon = NaN): Point | undefined {
  const x = lon / 360 + 0.5;
  const y = 0.5 - Math.asinh(Math.tan((lat * turn) / 360)) / turn;
  if (isFinite(x + y)) return { x, y };
}

/** bbox is the part of the map between two corners as the API writes it: west, south, east, north. */
export const bbox = ({ x: west, y: north }: Point, { x: east, y: south }: Point): string =>
  [longitude(west), latitude(south), longitude(east), latitude(north)].map((n) => n.toFixed(5)).join();

const longitude = (x: number) => x * 360 - 180;
const latitude = (y: number) => (Math.atan(Math.sinh((0.5 - y) * turn)) / turn) * 360;

/** Spot is what one button of the map stands for: a point, or several that are too near each other to have one each. */
export interface Spot<T extends Point> extends Point {
  all: T[];
}

/** gather gives points a spot each, or the spot of an earlier one closer than `reach`, so that no two spots are nearer than that. */
export function gather<T extends Point>(points: T[], reach: number): Spot<T>[] {
  const spots: Spot<T>[] = [];
  for (const point of points) {
    const { x, y } = point;
    const near = spots.find((spot) => Math.hypot(spot.x - x, spot.y - y) < reach);
    if (near) near.all.push(point);
    else spots.push({ x, y, all: [point] });
  }
  return spots;
}
