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
  label: string;
  count: number;
}

export interface Answer {
  total: number;
  items: Item[];
  facets: Map<string, Choice[]>;
  /** query of the next page, "" on the last */
  next: string;
  /** hits to gain by dropping a filter, most first */
  without: [filter: string, hits: number][];
}

export type Cause = "failed" | "refused" | "offline" | "slow" | "busy";

export class Failure extends Error {
  constructor(
    readonly cause: Cause,
    /** seconds the hub asks us to wait before the next request */
    readonly wait = 0,
  ) {
    super(cause);
  }
}

const patience = 10_000;

/** search asks the hub once. It throws a Failure, or an AbortError when `signal` gave up first. */
export async function search(hub: string, query: string, signal: AbortSignal): Promise<Answer> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience);
  const stop = () => giveUp.abort();
  signal.addEventListener("abort", stop);
  try {
    const response = await fetch(hub + "api/v1/search?" + query, {
      credentials: "omit",
      referrerPolicy: "origin",
      signal: giveUp.signal,
    });
    const { status } = response;
    if (status === 429 || status === 503) throw new Failure("busy", pause(response.headers.get("Retry-After")));
    if (!response.ok) throw new Failure(status === 400 ? "refused" : "failed");
    return read(await response.json());
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw new Failure(giveUp.signal.aborted ? "slow" : navigator.onLine ? "failed" : "offline");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** pause reads Retry-After, seconds or a date, as 1 second to 1 day; 5 seconds when it is not stated. */
function pause(header: string | null): number {
  const seconds = header ? +header || (Date.parse(header) - Date.now()) / 1000 : 5;
  return Math.min(Math.max(Math.ceil(seconds) || 5, 1), 86_400);
}

function read(data: any): Answer {
  if (!Array.isArray(data?.items) || !(data.total >= 0)) throw new Failure("failed");
  const facets = new Map<string, Choice[]>();
  for (const [name, choices] of Object.entries(data.facets ?? {}))
    facets.set(
      name,
      list(choices)
        .filter((choice) => choice?.value)
        .map(({ value, label, count }) => ({ value: String(value), label: String(label || value), count: +count || 0 })),
    );
  return {
    total: data.total,
    items: list(data.items).filter((item) => item?.id && item.title),
    facets,
    next: typeof data.next === "string" ? data.next.split("?")[1] || "" : "",
    without: Object.entries(data.without ?? {})
      .map(([filter, hits]): [string, number] => [filter, Number(hits) || 0])
      .filter(([, hits]) => hits > 0)
      .sort((a, b) => b[1] - a[1]),
  };
}

/** list returns what is an array as it is and everything else as none. */
export const list = (value: any): any[] => (Array.isArray(value) ? value : []);
