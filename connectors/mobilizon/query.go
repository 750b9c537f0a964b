package mobilizon

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// field is a field that is asked for, with what is asked for in it.
type field struct {
	name string
	of   []field
}

// shown are the fields that a result of a search has, also one of another server.
var shown = []field{
	{name: "uuid"}, {name: "url"}, {name: "title"}, {name: "beginsOn"}, {name: "endsOn"}, {name: "status"},
	{"tags", []field{{name: "title"}}},
	{"picture", []field{{name: "url"}}},
	{"physicalAddress", []field{{name: "description"}, {name: "street"}, {name: "postalCode"}, {name: "locality"}, {name: "geom"}}},
	{"attributedTo", []field{{"... on Group", []field{{name: "name"}, {name: "url"}}}}}, // of a person nothing is asked for
	{"options", []field{{name: "isOnline"}}},
	{"... on Event", []field{
		{name: "description"}, {name: "category"}, {name: "language"}, {name: "draft"}, {name: "visibility"}, {name: "joinOptions"}, {name: "externalParticipationUrl"}, {name: "updatedAt"},
		{"options", []field{{name: "timezone"}, {name: "showStartTime"}, {name: "showEndTime"}}},
	}},
}

// needed are the fields without which there is no event.
var needed = []string{"uuid", "url", "title", "beginsOn"}

// fieldNames are the names that options.omit may hold.
func fieldNames(fields []field) (names []string) {
	for _, f := range fields {
		if !strings.HasPrefix(f.name, "...") && !slices.Contains(needed, f.name) {
			names = append(names, f.name)
		}
		names = append(names, fieldNames(f.of)...)
	}
	return names
}

// selection writes fields, but for those of omit.
func selection(b *strings.Builder, fields []field, omit []string) {
	for _, f := range fields {
		if slices.Contains(omit, f.name) {
			continue
		}
		b.WriteString(" " + f.name)
		if f.of == nil {
			continue
		}
		b.WriteString(" {")
		before := b.Len()
		selection(b, f.of, omit)
		if b.Len() == before {
			b.WriteString(" __typename") // an empty selection is no GraphQL
		}
		b.WriteString(" }")
	}
}

// argument is a variable of the query.
type argument struct {
	name, kind string
	value      any
}

// request is the body that asks for a page.
func (o *Options) request(page int, from time.Time) ([]byte, error) {
	arguments := []argument{{"page", "Int", page}, {"limit", "Int", o.PageSize}}
	since := argument{"beginsOn", "DateTime", from.Format(time.RFC3339)}
	list, closed := "searchEvents", ""
	if o.Group != "" {
		since.name = "afterDatetime"
		list, closed = "group(preferredUsername: $group) { name url organizedEvents", " }"
	}
	arguments = append(arguments, since)
	for _, a := range []argument{{"term", "String", o.Term}, {"tags", "String", o.Tags}, {"location", "String", o.Location}} {
		if a.value != "" {
			arguments = append(arguments, a)
		}
	}
	if o.Radius > 0 {
		arguments = append(arguments, argument{"radius", "Float", o.Radius})
	}
	if o.Local {
		arguments = append(arguments, argument{"searchTarget", "SearchTarget", "SELF"})
	}
	variables := map[string]any{}
	var declared, given []string
	for _, a := range arguments {
		variables[a.name] = a.value
		declared, given = append(declared, "$"+a.name+": "+a.kind), append(given, a.name+": $"+a.name)
	}
	if o.Group != "" {
		variables["group"], declared = o.Group, append(declared, "$group: String!")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "query(%s) { %s(%s) { total elements {", strings.Join(declared, ", "), list, strings.Join(given, ", "))
	selection(&b, shown, o.Omit)
	b.WriteString(" } }" + closed + " }")
	return json.Marshal(map[string]any{"query": b.String(), "variables": variables})
}
