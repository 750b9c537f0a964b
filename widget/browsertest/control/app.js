// The search that <fh-search> is measured against: the same hub, the same filters, made with InstantSearch as its guide says.
import instantsearch from "instantsearch.js/es";
import { configure, currentRefinements, infiniteHits, refinementList, searchBox, stats } from "instantsearch.js/es/widgets";

const hub = new URL(import.meta.url).origin;
const facets = { category: "Kategori", weekday: "Ukedag", kind: "Type tilbud", municipality: "Kommune", scheme: "Støtteordning" };
const size = 20;
const labels = new Map();
let next = "";

async function ask({ query = "", page = 0, facetFilters = [] }) {
  const asked = new URLSearchParams({ facets: Object.keys(facets).join(), limit: size, lang: "nb" });
  if (query) asked.set("q", query);
  for (const pair of facetFilters.flat()) {
    const [name, ...value] = pair.split(":");
    if (!asked.getAll(name).includes(value.join(":"))) asked.append(name, value.join(":"));
  }
  const response = await fetch(page ? hub + next : `${hub}/api/v1/search?${asked}`, { credentials: "omit" });
  const answer = await response.json();
  next = answer.next;
  const counts = {};
  for (const [name, choices] of Object.entries(answer.facets)) {
    counts[name] = {};
    for (const { value, label, count } of choices) {
      counts[name][value] = count;
      labels.set(value, label);
    }
  }
  return {
    hits: answer.items.map((item) => ({ objectID: item.id, ...item })),
    nbHits: answer.total,
    nbPages: Math.ceil(answer.total / size),
    page,
    hitsPerPage: size,
    facets: counts,
    exhaustiveNbHits: true,
    exhaustiveFacetsCount: true,
    processingTimeMS: 1,
    query,
    params: "",
  };
}

const searchClient = {
  // the hub counts every facet as if nothing were chosen in it: one answer serves all that is asked at once
  async search(requests) {
    const answer = await ask(requests[0].params);
    return { results: requests.map(({ indexName }) => ({ ...answer, index: indexName })) };
  },
};

const named = (items) => items.map((item) => ({ ...item, label: labels.get(item.value) ?? item.label }));
const when = new Intl.DateTimeFormat("nb", { dateStyle: "full", timeStyle: "short", timeZone: "Europe/Oslo" });

const search = instantsearch({ indexName: "hub", searchClient, routing: true, insights: false, future: { preserveSharedStateOnUnmount: true } });
search.addWidgets([
  configure({ hitsPerPage: size }),
  searchBox({ container: "#box", placeholder: "Søk etter aktiviteter" }),
  stats({ container: "#stats", templates: { text: ({ nbHits }) => nbHits + " treff" } }),
  currentRefinements({ container: "#chips", transformItems: (items) => items.map((item) => ({ ...item, refinements: named(item.refinements) })) }),
  ...Object.keys(facets).map((attribute) => refinementList({ container: "#" + attribute, attribute, operator: "or", transformItems: named })),
  infiniteHits({
    container: "#hits",
    templates: {
      item: (item, { html }) => html`<article>
        <h3><a href="${hub}/l/${item.id}">${item.title}</a></h3>
        ${item.summary && html`<p>${item.summary}</p>`}
        <p>${item.schedule_text ?? (item.start && when.format(new Date(item.start)))}</p>
        <p>${item.place?.name} ${item.organizer?.name}</p>
        <p>${item.price?.free ? "Gratis" : item.price?.text} ${item.accessibility?.join(", ")}</p>
        <p>Kilde: ${item.sources[0].name}</p>
      </article>`,
      showMoreText: () => "Vis flere",
    },
  }),
]);
search.on("render", () => {
  document.body.dataset.status = search.status;
  if (document.querySelector(".ais-InfiniteHits-item") && !performance.getEntriesByName("fh-results").length) performance.mark("fh-results");
});
search.start();
