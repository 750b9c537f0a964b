// Walks every change feed with the validator of OpenActive's Realtime Paged Data Exchange.
// npm: @openactive/rpde-validator@3.0.3571
import {createRequire} from 'node:module';
const {RpdeValidator} = createRequire(process.env.MODULES + '/')('@openactive/rpde-validator');

let bad = 0;
for (const feed of ['listings', 'records', 'openactive', 'municipality/3909/listings', 'municipality/3909/records', 'municipality/3909/openactive']) {
	const log = await RpdeValidator(`${process.env.HUB}/rpde/${feed}`, {pageLimit: 50, requestDelayMs: 0, timeoutMs: 10000});
	const said = log.pages.flatMap((page) => page.errors.map((error) => ({url: page.url, ...(error.data ?? error)})));
	// A feed in which nothing has ever been has no change number to go on from, which the last page is looked for with.
	const empty = log.pages.length > 0 && (await (await fetch(log.pages[0].url)).json()).items.length === 0;
	const failures = said.filter((error) => error.severity.startsWith('failure') && !(empty && error.type === 'no_last_page_check'));
	console.log(`/rpde/${feed}: ${log.pages.length} pages, ${failures.length} failures, ${said.length - failures.length} remarks`);
	for (const error of failures) console.log(`  ${error.url}: ${error.type}: ${error.message}`);
	bad += failures.length;
	if (log.pages.length === 0) bad++;
}
process.exit(bad ? 1 : 0);
