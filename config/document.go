package config

import "go.yaml.in/yaml/v4"

// Document is a YAML file that an editor keeps beside sources.yaml, with everything that is wrong in it.
type Document struct{ c *checker }

// ReadDocument reads text, at most MaxFile bytes, into into, a pointer to a struct or a list, and finds what is wrong with its form: what is
// no YAML, unknown keys, keys twice, values of the wrong sort. The rest is read all the same. A file without anything in it is an empty one.
func ReadDocument(path string, text []byte, into any) *Document {
	c := &checker{path: path, root: &yaml.Node{}}
	if len(text) > MaxFile {
		c.problem(0, 0, "filen er for stor", "del den opp eller rydd i den")
	} else if root, ok := c.document(text); ok && root != nil {
		c.straighten(root)
		c.root = root
		c.load(root, into)
	}
	return &Document{c}
}

// Fault notes what is wrong with the value that path (keys and indexes) leads to, and what to do.
func (d *Document) Fault(what, do string, path ...any) {
	line, column := d.c.at(path...)
	d.c.problem(line, column, what, do)
}

// FaultAt is Fault for a line of the file, from 1; 0 is the whole file.
func (d *Document) FaultAt(line int, what, do string) { d.c.problem(line, 1, what, do) }

// Problems is what has been found wrong, nil when nothing.
func (d *Document) Problems() Problems {
	if len(d.c.problems) == 0 {
		return nil
	}
	return d.c.sorted()
}
