// Holds every item of /rpde/openactive, and the dataset page, against OpenActive's data models.
// npm: @openactive/data-model-validator@3.0.3
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
const {validate} = createRequire(process.env.MODULES + '/')('@openactive/data-model-validator');

// The validator asks openactive.io for its lists. Where that cannot be reached, it finds in its cache those of their concepts that we use:
// then their names are checked against our own table only.
const cache = process.env.CACHE + '/lists';
mkdirSync(cache, {recursive: true});
const list = 'https://openactive.io/activity-list';
let reached = false;
try {
	const answer = await fetch(list, {headers: {Accept: 'application/ld+json'}, signal: AbortSignal.timeout(5000)});
	reached = answer.ok && Array.isArray((await answer.json()).concept);
} catch {}
if (!reached) {
	const rows = readFileSync(new URL('../openactive/concepts.csv', import.meta.url), 'utf8').trim().split('\n').slice(1).map((row) => row.split(','));
	const concept = rows.map(([, id, prefLabel]) => ({id: `${list}#${id}`, type: 'Concept', prefLabel}));
	const data = {'@context': 'https://openactive.io/', id: list, type: 'ConceptScheme', concept};
	writeFileSync(`${cache}/${createHash('sha256').update(list).digest('hex')}.json`,
		JSON.stringify({errorCode: 'error_none', data, statusCode: 200, url: list, exception: null, contentType: 'application/ld+json', fetchTime: Date.now()}));
}

let bad = 0;
const kinds = {};
async function check(name, value, validationMode = 'RPDEFeed') {
	const said = await validate(value, {validationMode, loadRemoteJson: true, remoteJsonCachePath: cache, remoteJsonCacheTimeToLive: 3600});
	for (const error of said.filter((error) => error.severity === 'failure')) {
		if (bad++ < 30) console.log(`  ${name}: ${error.type} at ${error.path}: ${error.message}`);
	}
	return said;
}

let remarks = {};
for (let next = `${process.env.HUB}/rpde/openactive`, before; next !== before;) {
	const page = await (await fetch(next)).json();
	for (const item of page.items.filter((item) => item.state === 'updated')) {
		kinds[item.kind] = (kinds[item.kind] ?? 0) + 1;
		for (const error of await check(`${item.kind} ${item.id}`, item.data)) {
			if (error.severity !== 'failure') remarks[error.type] = (remarks[error.type] ?? 0) + 1;
		}
	}
	[before, next] = [next, page.next];
}
console.log(`/rpde/openactive: ${JSON.stringify(kinds)}, ${bad} failures; remarks ${JSON.stringify(remarks)}; lists of ${reached ? 'openactive.io' : 'our own'}`);
if (Object.keys(kinds).length === 0) bad++;

const html = await (await fetch(`${process.env.HUB}/openactive`)).text();
const found = html.match(/<script type="application\/ld\+json">(.*?)<\/script>/s);
const said = await check('/openactive', JSON.parse(found[1]), 'DatasetSite');
console.log(`/openactive: ${said.filter((error) => error.severity === 'failure').length} failures`);
process.exit(bad ? 1 : 0);
