// Holds the description of the data, in both forms, against the rules of DCAT-AP-NO as shapes.ttl has them.
// npm: rdf-validate-shacl@0.6.5 n3@2.13.12 @rdfjs/dataset@2.0.3 jsonld@9.0.0
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
const require = createRequire(process.env.MODULES + '/');
const load = async (name) => { const m = await import(require.resolve(name)); return m.default ?? m; };
const {Parser, DataFactory} = require('n3');
const SHACLValidator = await load('rdf-validate-shacl');
const dataset = await load('@rdfjs/dataset');
const jsonld = await load('jsonld');

const graph = (text) => dataset.dataset(new Parser().parse(text));
const text = async (path) => (await fetch(process.env.HUB + path)).text();
const shapes = graph(readFileSync(new URL('shapes.ttl', import.meta.url), 'utf8'));
const forms = {
	'/catalog.ttl': await text('/catalog.ttl'),
	'/catalog.jsonld': await jsonld.toRDF(JSON.parse(await text('/catalog.jsonld')), {format: 'application/n-quads'}),
};
let bad = 0;
const sizes = new Set();
for (const [path, content] of Object.entries(forms)) {
	const data = graph(content);
	sizes.add(data.size);
	const report = await new SHACLValidator(shapes).validate(data);
	console.log(`${path}: ${data.size} statements, ${report.results.length} faults`);
	for (const fault of report.results) {
		bad++;
		console.log(`  ${fault.focusNode?.value} ${fault.path?.value}: ${fault.sourceConstraintComponent?.value} ${fault.message.map((m) => m.value).join(' ')}`);
	}
}
if (sizes.size !== 1) bad++, console.log('  the two forms differ');

// The shapes can fail: without its title and its contact the catalogue is refused.
const less = graph(forms['/catalog.ttl'].replace(/ {2}(dct:title|dcat:contactPoint) [^\n]*;\n/g, ''));
if ((await new SHACLValidator(shapes).validate(less)).conforms) bad++, console.log('  the shapes refuse nothing');
process.exit(bad ? 1 : 0);
