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
  /** what of the text was read as filters, and is one */
  read: Read[];
  /** sentences about what more there is that states nothing of what was asked for */
  unstated: string[];
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

/** get asks the hub for JSON once, for ten seconds at most, and never throws: it gives an object or an array, or a failure. */
export async function get(address: string, signal?: AbortSignal): Promise<any> {
  const late = AbortSignal.timeout(10_000);
  try {
    const response = await fetch(address, { credentials: "omit", referrerPolicy: "origin", signal: signal ? AbortSignal.any([late, signal]) : late });
    const { status } = response;
    if (status === 429 || status === 503) return { cause: "busy", wait: pause(response.headers.get("Retry-After")) };
    if (status !== 200) return { cause: status === 400 ? "refused" : "failed" };
    return Object(await response.json());
  } catch {
    return { cause: late.aborted ? "slow" : navigator.onLine ? "failed" : "offline" };
  }
}

/** search asks the hub's search. Of a question that was aborted nobody wants the answer. */
export async function search(hub: string, query: string, signal?: AbortSignal): Promise<Answer | Failure> {
  const answer = await get(hub + "api/v1/search?" + query, signal);
  return answer.cause ? answer : read(answer);
}

/** pause reads the seconds of Retry-After, as 1 second to 1 day; 5 seconds when it states none. */
const pause = (header: string | null) => Math.min(Math.max(+header! || 5, 1), 86_400);

const read = (raw: any): Answer | Failure => {
  const { total, items, facets, next, note, unstated_text, interpreted } = raw;
  return Array.isArray(items) && total >= 0
    ? {
        total,
        items: items.filter((item) => item?.id && item.title),
        facets: new Map(Object.entries(facets ?? {}).map(([name, choices]) => [name, list(choices).filter((choice) => choice?.value)])),
        next: String(next).split("?")[1],
        note,
        read: list(interpreted).filter((part) => part?.applied && part.label),
        unstated: list(unstated_text).map(String),
      }
    : { cause: "failed" };
};

/** list returns what is an array as it is and everything else as none. */
export const list = (value: any): any[] => (Array.isArray(value) ? value : []);
