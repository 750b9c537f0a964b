/** One item of the search answer, as far as a list shows it. Absent means not stated. */
export interface Item {
  id: string;
  title: string;
  summary?: string;
  language?: string;
  organizer?: { name?: string };
  place?: { name?: string; address?: string; locality?: string };
  start?: string;
  end?: string;
  occurrence_count?: number;
  schedule_text?: string;
  age?: { min?: number; max?: number };
  price?: { min?: number; max?: number; free?: boolean; text?: string };
  accessibility?: string[];
  schemes?: string[];
  status?: string;
  sources?: { name?: string; attribution?: string }[];
}

export interface Choice {
  value: string;
  label?: string;
  count: number;
}

export interface Answer {
  total: number;
  items: Item[];
  facets: Map<string, Choice[]>;
  /** query of the next page, absent on the last */
  next?: string;
  /** what was read out of the text, or was not to be had with it */
  note?: string;
  /** hits to gain by dropping a filter, most first */
  without: [filter: string, hits: number][];
  /** what of the text was read as filters, and is one */
  read: Read[];
  /** the answer as it came, for what is said of it later; not to be relied on */
  raw: any;
}

/** Read is a filter that the hub has read out of the text: what it is called, the search without it, and the one where its words are words. */
export interface Read {
  label: string;
  remove: string;
  as_text?: string;
}

/** Failure says why there is no answer; `wait` is how many seconds the hub asks us to stay away. */
export interface Failure {
  cause: "failed" | "refused" | "offline" | "slow" | "busy";
  wait?: number;
}

const patience = 10_000;

/** get asks the hub for JSON once, and never throws: it gives an object or an array, or a failure. */
export async function get(address: string, signal?: AbortSignal): Promise<any> {
  const asking = new AbortController();
  let late = false;
  const stop = () => asking.abort();
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, patience);
  signal?.addEventListener("abort", stop);
  try {
    const response = await fetch(address, { credentials: "omit", referrerPolicy: "origin", signal: asking.signal });
    const { status } = response;
    if (status === 429 || status === 503) return { cause: "busy", wait: pause(response.headers.get("Retry-After")) };
    if (status !== 200) return { cause: status === 400 ? "refused" : "failed" };
    return Object(await response.json());
  } catch {
    return { cause: late ? "slow" : navigator.onLine ? "failed" : "offline" };
  } finally {
    clearTimeout(timer);
  }
}

/** search asks the hub's search. Of a question that was aborted nobody wants the answer. */
export async function search(hub: string, query: string, signal?: AbortSignal): Promise<Answer | Failure> {
  const answer = await get(hub + "api/v1/search?" + query, signal);
  return answer.cause ? answer : read(answer);
}

/** pause reads Retry-After, seconds or a date, as 1 second to 1 day; 5 seconds when it is not stated. */
const pause = (header: string | null) =>
  Math.min(Math.max(Math.ceil(+header! || (Date.parse(header!) - Date.now()) / 1000 || 5), 1), 86_400);

const read = (raw: any): Answer | Failure => {
  const { total, items, facets, next, note, without, interpreted } = raw;
  return Array.isArray(items) && total >= 0
    ? {
        total,
        items: items.filter((item) => item?.id && item.title),
        facets: new Map(Object.entries(facets ?? {}).map(([name, choices]) => [name, list(choices).filter((choice) => choice?.value)])),
        next: String(next).split("?")[1],
        note,
        without: Object.entries<number>(without ?? {})
          .filter(([, hits]) => hits)
          .sort((a, b) => b[1] - a[1]),
        read: list(interpreted).filter((part) => part?.applied && part.label),
        raw,
      }
    : { cause: "failed" };
};

/** list returns what is an array as it is and everything else as none. */
export const list = (value: any): any[] => (Array.isArray(value) ? value : []);
