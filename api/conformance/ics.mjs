// Reads every calendar strictly, and holds it against what those who subscribe need.
// npm: ical.js@2.2.1
import {createRequire} from 'node:module';
const ICAL = (await import(createRequire(process.env.MODULES + '/').resolve('ical.js'))).default;
ICAL.design.strict = true;

let bad = 0;
const wrong = (text) => bad++ < 30 && console.log('  ' + text);
for (const query of ['', '?kind=event', '?status=cancelled', '?q=finnesikkedette']) {
	const address = `${process.env.HUB}/api/v1/search.ics${query}`;
	const text = await (await fetch(address)).text();
	for (const line of text.split('\r\n')) {
		if (Buffer.byteLength(line) > 75) wrong(`${query}: a line of ${Buffer.byteLength(line)} bytes`);
		if (/[\r\n]/.test(line)) wrong(`${query}: a line that does not end as lines end`);
	}
	const calendar = new ICAL.Component(ICAL.parse(text));
	for (const name of ['version', 'prodid', 'name', 'refresh-interval']) {
		if (!calendar.getFirstProperty(name)) wrong(`${query}: no ${name}`);
	}
	if (calendar.getFirstProperty('method')) wrong(`${query}: a method`);
	const zones = calendar.getAllSubcomponents('vtimezone').map((z) => z.getFirstPropertyValue('tzid'));
	const seen = new Set();
	let series = 0;
	for (const component of calendar.getAllSubcomponents('vevent')) {
		const event = new ICAL.Event(component, {strictExceptions: false});
		for (const name of ['uid', 'dtstamp', 'dtstart', 'summary', 'sequence']) {
			if (component.getAllProperties(name).length !== 1) wrong(`${event.uid}: ${name}`);
		}
		const key = `${event.uid} ${component.getFirstPropertyValue('recurrence-id') ?? ''}`;
		if (seen.has(key)) wrong(`${key} twice`);
		seen.add(key);
		const zone = component.getFirstProperty('dtstart').getParameter('tzid');
		if (zone && !zones.includes(zone)) wrong(`${event.uid}: ${zone} is not defined`);
		const end = component.getFirstPropertyValue('dtend');
		if (end && end.compare(component.getFirstPropertyValue('dtstart')) < 0) wrong(`${event.uid}: ends before it begins`);
		if (event.isRecurring()) {
			series++;
			const times = event.iterator();
			for (let n = 0; n < 3 && times.next(); n++);
		}
	}
	if (query === '' && seen.size === 0) wrong('no event');
	console.log(`/api/v1/search.ics${query}: ${seen.size} events, ${series} series`);
}
process.exit(bad ? 1 : 0);
