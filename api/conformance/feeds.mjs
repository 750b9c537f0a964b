// Reads the feeds and the sitemap as XML, and holds them against what their formats ask for.
// npm: xmllint-wasm@5.3.0 fast-xml-parser@5.12.1 feedsmith@3.0.1
import {createRequire} from 'node:module';
const require = createRequire(process.env.MODULES + '/');
const {validateXML} = require('xmllint-wasm');
const {XMLParser} = require('fast-xml-parser');
const {parseRssFeed, parseAtomFeed} = await import(require.resolve('feedsmith'));

let bad = 0;
const wrong = (text) => bad++ < 30 && console.log('  ' + text);
const list = (v) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);
async function read(path, type) {
	const answer = await fetch(process.env.HUB + path);
	const text = await answer.text();
	if (!answer.headers.get('content-type').startsWith(type)) wrong(`${path} is ${answer.headers.get('content-type')}`);
	const said = await validateXML({xml: [{fileName: 'it.xml', contents: text}], normalization: 'format', modifyArguments: (given) => ['--noout', 'it.xml']}).catch((error) => ({errors: [{message: String(error)}]}));
	for (const error of said.errors) wrong(`${path}: ${error.message}`);
	return {text, xml: new XMLParser({ignoreAttributes: false, parseTagValue: false}).parse(text)};
}
const self = process.env.HUB;
const html = /<(?!\/?(p|br)>)/;
for (const query of ['', '?kind=event&limit=5', '?q=finnesikkedette']) {
	const rss = await read(`/api/v1/search.rss${query}`, 'application/rss+xml');
	const channel = rss.xml.rss.channel;
	parseRssFeed(rss.text);
	for (const name of ['title', 'link', 'description']) if (!channel[name]) wrong(`rss: no ${name}`);
	if (channel['atom:link']['@_href'] !== `${self}/api/v1/search.rss${query}`) wrong(`rss: says that it is ${channel['atom:link']['@_href']}`);
	const ids = new Set();
	for (const item of list(channel.item)) {
		const guid = item.guid?.['#text'];
		if (!guid || item.guid['@_isPermaLink'] !== 'false' || ids.has(guid)) wrong(`rss: guid ${guid}`);
		ids.add(guid);
		if (!/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$/.test(item.pubDate)) wrong(`rss: pubDate ${item.pubDate}`);
		if (!/^https?:/.test(item.link)) wrong(`rss: link ${item.link}`);
		if (!item.title && !item.description || html.test(item.description.replaceAll('&lt;', '<'))) wrong(`rss: ${guid} has other markup than ours`);
	}
	const atom = await read(`/api/v1/search.atom${query}`, 'application/atom+xml');
	const feed = atom.xml.feed;
	parseAtomFeed(atom.text);
	for (const name of ['id', 'title', 'updated', 'author']) if (!feed[name]) wrong(`atom: no ${name}`);
	if (list(feed.link).find((link) => link['@_rel'] === 'self')?.['@_href'] !== `${self}/api/v1/search.atom${query}`) wrong('atom: no self');
	for (const entry of list(feed.entry)) {
		if (!entry.id || !entry.title || !entry.link || Number.isNaN(Date.parse(entry.updated))) wrong(`atom: ${JSON.stringify(entry).slice(0, 100)}`);
		if (!ids.has(entry.id)) wrong(`atom: ${entry.id} is not in the RSS`);
	}
	console.log(`${query || 'everything'}: ${ids.size} items, ${list(feed.entry).length} entries`);
	if (!query && ids.size === 0) bad++;
}
const index = await read('/sitemap.xml', 'application/xml');
let pages = 0;
for (const file of list(index.xml.sitemapindex.sitemap)) {
	const part = await read(new URL(file.loc).pathname, 'application/xml');
	for (const page of list(part.xml.urlset.url)) {
		pages++;
		if (!page.loc.startsWith(self)) wrong(`sitemap: ${page.loc}`);
		if (page.lastmod && Number.isNaN(Date.parse(page.lastmod))) wrong(`sitemap: ${page.lastmod}`);
		if (pages % 100 === 1 && !(await fetch(page.loc)).ok) wrong(`sitemap: ${page.loc} is not there`);
	}
}
console.log(`/sitemap.xml: ${pages} pages`);
process.exit(bad ? 1 : 0);
