// Checks what goes on maps, with every page of the collection.
// npm: @placemarkio/check-geojson@0.1.14
import {createRequire} from 'node:module';
const {check} = createRequire(process.env.MODULES + '/')('@placemarkio/check-geojson');

let bad = 0;
async function read(address) {
	const answer = await fetch(address);
	const text = await answer.text();
	if (!answer.headers.get('content-type').startsWith('application/geo+json')) bad++;
	try {
		return check(text);
	} catch (error) {
		bad++;
		console.log(`  ${address}: ${error.message} ${JSON.stringify(error.issues?.slice(0, 3))}`);
		return JSON.parse(text);
	}
}
const whole = await read(`${process.env.HUB}/api/v1/search.geojson`);
console.log(`/api/v1/search.geojson: ${whole.features.length} features`);
if (whole.features.length === 0) bad++;

let count = 0, matched;
for (let next = `${process.env.HUB}/collections/listings/items?limit=50`; next;) {
	const page = await read(next);
	count += page.features.length;
	matched = page.numberMatched;
	next = page.links.find((link) => link.rel === 'next')?.href;
	if (count === page.features.length) await read(`${process.env.HUB}/collections/listings/items/${page.features[0].id}`);
}
console.log(`/collections/listings/items: ${count} features of ${matched}`);
if (count !== matched) bad++;
process.exit(bad ? 1 : 0);
