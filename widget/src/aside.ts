import { common, nothing } from "../locales/nb.json";
import type { Mode, Texts, Words } from "./strip";

/** the file of texts that words were made of */
const files = new WeakMap<Words, Texts>();

/** foreign gives the words of a language from its file, and bokmål when there is none. */
export function foreign(norwegian: Words, lang: string, label: Mode[0], file?: Texts): Words {
  if (!file?.list) return norwegian;
  const { locale = lang, lists, date: form } = file;
  const locales = [locale, "nb"];
  const plurals = new Intl.PluralRules(locales);
  const words: Words = {
    lang,
    dir: file.dir ?? "ltr",
    own: { ...norwegian.own, ...file[label] },
    put: (text, value) => (text.other ? (text[plurals.select(+value)] ?? text.other) : text).replace("{0}", value.toLocaleString(locales)),
    day(moment) {
      const date = new Date(moment.slice(0, 10));
      // not every browser has the names of days and months in every language
      return lists && !Intl.DateTimeFormat.supportedLocalesOf(locale)[0]
        ? lists.weekdays[(date.getUTCDay() + 6) % 7] + " " + form.replace("{0}", date.getUTCDate()).replace("{1}", lists.months[date.getUTCMonth()])
        : date.toLocaleDateString(locales, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    },
    clock: (moment) => (file.clock === "colon" ? moment.slice(11, 16) : norwegian.clock(moment)),
  };
  files.set(words, file);
  return words;
}

/** Stay is what is kept of one stay of an element in the page. */
interface Stay {
  say(state: string, text?: string, action?: HTMLElement): void;
  /** another try is to come */
  later?: ReturnType<typeof setTimeout>;
  /** a list has been answered */
  begun?: boolean;
}
const stays = new WeakMap<AbortSignal, Stay>();
/** what an element gives but once */
const internals = new WeakMap<Element, ElementInternals>();

function begin(root: ShadowRoot, rows: HTMLElement, end: AbortSignal, show: () => void, settle: () => void): Stay {
  const host = root.host as HTMLElement & { connectedCallback(): void };
  if (!internals.has(host)) internals.set(host, host.attachInternals());
  const states = (internals.get(host) as any).states as Set<string> | undefined;
  const status = document.createElement("p");
  const actions = document.createElement("div");
  status.role = "status";
  status.part.add("status");
  actions.part.add("notice");
  rows.before(status, actions);
  // a theme of its own is on a ground of its own
  const theme = /^(light|dark|auto)$/.exec(host.getAttribute("theme")!)?.[0];
  if (theme) Object.assign(rows.parentElement!.style, { colorScheme: theme.replace("auto", "light dark"), background: "canvas" });

  const seen = new MutationObserver((changes) => {
    // what the page's own script may change at will is no setting
    if (changes.some(({ attributeName, oldValue }) => !/^(class|style|id)$/.test(attributeName!) && host.getAttribute(attributeName!) !== oldValue)) host.connectedCallback();
  });
  seen.observe(host, { attributes: true, attributeOldValue: true });
  // what was counted grows older, and what is sold comes to its end
  const minute = setInterval(() => {
    if (stay.begun && !root.activeElement) {
      show();
      settle();
    }
  }, 6e4);
  const stay: Stay = {
    say(state, text = "", action) {
      if (status.textContent !== text) status.textContent = text;
      actions.replaceChildren(...(action ? [action] : []));
      try {
        states!.clear();
        if (state) states!.add(state);
      } catch {} // older browsers know no custom states
    },
  };
  end.addEventListener("abort", () => {
    seen.disconnect();
    clearInterval(minute);
    clearTimeout(stay.later);
  });
  stays.set(end, stay);
  return stay;
}

/**
 * tend says how things stand with an element: that it waits, when `got` is missing, that there is nothing, or what went wrong,
 * with a way to try again. What is shown stays. From the first call on it looks after what changes by itself: numbers that
 * grow older, sales that end, attributes.
 */
export function tend(
  got: any,
  label: Mode[0],
  words: Words,
  root: ShadowRoot,
  rows: HTMLElement,
  end: AbortSignal,
  show: () => void,
  ask: () => void,
  emit: (type: string, detail?: object) => boolean,
) {
  if (end.aborted) return;
  const file = files.get(words) ?? {};
  const t = { ...common, ...file.common };
  const settle = () => (rows.firstChild ? stay.say("") : stay.say("empty", { ...nothing, ...file.nothing }[label]));
  const stay = stays.get(end) ?? begin(root, rows, end, show, settle);
  clearTimeout(stay.later);
  if (got === undefined) return stay.say("loading", t.loading);

  if (got?.items?.map) {
    settle();
    emit("results", { total: got.total });
    if (!rows.firstChild) emit("empty");
    if (!stay.begun) {
      // the list was there with its answer, and this part is younger
      const answer = performance.getEntriesByType("resource").findLast(({ name }) => name.includes("/api/v1/search?")) as PerformanceResourceTiming;
      performance.mark("fh-results", { startTime: answer?.responseEnd });
      emit("ready");
    }
    stay.begun = true;
    return;
  }
  const { status = 0, name } = got ?? {};
  const header = /429|503/.test(status) && (got.headers.get("Retry-After") ?? "5");
  const wait = header && Math.min(Math.max(Math.ceil(+header || (Date.parse(header) - Date.now()) / 1000 || 5), 1), 86_400);
  const cause = wait ? "busy" : status === 400 ? "refused" : name === "TimeoutError" ? "slow" : navigator.onLine ? "failed" : "offline";
  if (wait) stay.later = setTimeout(ask, wait * 1000);
  if (!emit("error", { cause })) return stay.say("error");
  const again = document.createElement("button");
  again.type = "button";
  again.part.add("button");
  again.textContent = t.retry;
  again.style.cssText = "font: inherit; padding: 0.5em 1em";
  again.onclick = () => ask();
  stay.say("error", words.put(t[cause], wait || ""), wait ? undefined : again);
}
