// Expands what the hub says in the words of schema.org, and holds every Event against what search engines ask of one.
// npm: jsonld@9.0.0
import {createRequire} from 'node:module';
const jsonld = createRequire(process.env.MODULES + '/')('jsonld');

// The context of schema.org maps every name to the vocabulary, and these to addresses and times; it is not fetched.
const vocabulary = 'https://schema.org/';
const context = {'@vocab': vocabulary};
for (const name of ['url', 'sameAs', 'eventStatus', 'availability', 'image']) context[name] = {'@type': '@id'};
const documentLoader = async (url) => {
	if (!/^https?:\/\/schema\.org\/?$/.test(url)) throw new Error(`${url} is asked for`);
	return {contextUrl: null, document: {'@context': context}, documentUrl: url};
};
let bad = 0, events = 0, others = 0;
const wrong = (text) => bad++ < 30 && console.log('  ' + text);
const moment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z))?$/;

async function check(at, document) {
	const nodes = await jsonld.expand(document, {documentLoader});
	if (nodes.length === 0) wrong(`${at}: nothing is said`);
	for (const node of nodes) {
		const get = (name) => node[vocabulary + name]?.map((v) => v['@value'] ?? v['@id'] ?? v) ?? [];
		if (get('name').length !== 1) wrong(`${at}: a name`);
		if (!node['@type'].includes(vocabulary + 'Event')) {
			others++;
			continue;
		}
		events++;
		if (!moment.test(get('startDate')[0])) wrong(`${at}: startDate ${get('startDate')[0]}`);
		for (const end of get('endDate')) if (!moment.test(end) || Date.parse(end) < Date.parse(get('startDate')[0])) wrong(`${at}: endDate ${end}`);
		if (!/^https:\/\/schema\.org\/Event(Scheduled|Cancelled|Postponed|Rescheduled)$/.test(get('eventStatus')[0])) wrong(`${at}: eventStatus ${get('eventStatus')[0]}`);
		for (const place of node[vocabulary + 'location'] ?? []) {
			if (place['@type'].includes(vocabulary + 'Place') && !place[vocabulary + 'address']) wrong(`${at}: a place without an address`);
		}
		for (const offer of node[vocabulary + 'offers'] ?? []) {
			const price = offer[vocabulary + 'price']?.[0]['@value'];
			if (price !== undefined && !(/^\d+(\.\d+)?$/.test(String(price)) && offer[vocabulary + 'priceCurrency'])) wrong(`${at}: price ${price}`);
		}
	}
	return nodes.map((node) => node['@id']);
}
const export_ = await (await fetch(`${process.env.HUB}/api/v1/search.jsonld`)).json();
await check('/api/v1/search.jsonld', export_);
console.log(`/api/v1/search.jsonld: ${events} events, ${others} others`);
const before = events;
let several = 0;
const items = [];
for (const query of ['kind=activity&limit=20', 'kind=event&limit=50', 'kind=course&limit=20', 'kind=facility&limit=20', 'kind=scheme&limit=20', 'kind=equipment&limit=20']) {
	items.push(...(await (await fetch(`${process.env.HUB}/api/v1/search?facets=none&${query}`)).json()).items);
}
for (const item of items) {
	const page = await (await fetch(`${process.env.HUB}/l/${item.id}`)).text();
	const documents = [...page.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map((m) => JSON.parse(m[1]));
	const ids = (await Promise.all(documents.map((document) => check(`/l/${item.id}`, document)))).flat();
	if (new Set(ids).size !== ids.length || ids.length !== Math.max(1, item.occurrences?.length ?? 1)) wrong(`/l/${item.id}: ${ids.length} things for ${item.occurrences?.length} dates`);
	if (ids.length > 1) several++;
	if (item.start && !/class="h-event".*class="dt-start" value="\d{4}/s.test(page)) wrong(`/l/${item.id}: no h-event`);
}
console.log(`${items.length} pages: ${events - before} events, ${several} pages with more than one date`);
if (events === before) bad++;
process.exit(bad ? 1 : 0);
