import type { Item } from "./api";
import { offers as texts } from "../locales/nb.json";
import { h, oslo, type Mode } from "./strip";

/** a price, ticket or voucher of an item, as the search answers */
interface Offer {
  price?: number;
  url?: string;
  availability?: string;
  remaining?: number;
  remaining_at?: string;
  valid_from?: string;
  valid_through?: string;
}

/** offers is <fh-offers>: what can be had for nothing now, the most urgent first, what is sold out last. */
export const offers: Mode = [
  "offers",
  texts,
  (query) => (/kind=/.test(query) ? "" : "&kind=ticket") + (/free=/.test(query) ? "" : "&max_price=0"),

  ({ own, day, clock, put }, { items }, count, _, row, under) => {
    const now = Date.now();
    const found: [rank: number, item: Item, offer: Offer, out: boolean, way?: string][] = [];
    for (const item of items) {
      const { price, status, offers = [{}], url } = item as Item & { offers?: Offer[]; url?: string };
      let best: (typeof found)[0] | undefined;
      for (const offer of offers) {
        const state = offer.availability + status!;
        const end = Date.parse(offer.valid_through!);
        const out = /full|sold/.test(state) || offer.remaining === 0;
        const rank = (end || 1e14) * (out ? 999 : 1);
        if (!(offer.price ?? +!price?.free) && !/not|ende|cance/.test(state) && !(Date.parse(offer.valid_from!) > now || end <= now || rank > best?.[0]!))
          best = [rank, item, offer, out, offer.url || url];
      }
      if (best) found.push(best);
    }
    const rows = found
      .sort((a, b) => a[0] - b[0])
      .slice(0, count)
      .map(([, item, { remaining, remaining_at: counted, valid_through: end }, out, way]) => {
        const minutes = (now - Date.parse(counted!)) / 6e4;
        const node = out
          ? row(item, h("b", { part: "badge" }, own.soldOut), /^https?:/.test(way!) && h("a", { href: way }, own.waiting))
          : row(
              item,
              remaining! > 0 &&
                put(own.left, remaining!) +
                  (minutes ? " (" + (minutes < 60 ? put(own.minutes, minutes | 0) : minutes < 1440 ? put(own.hours, (minutes / 60) | 0) : put(own.days, (minutes / 1440) | 0)) + ")" : ""),
              end && put(own.until, day(oslo(end)) + " " + put(own.clock, clock(oslo(end)))),
            );
        if (out) node.part = "card out";
        return node;
      });
    if (rows[0]) under("", rows);
    return own.all;
  },
];
