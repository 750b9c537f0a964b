package params

import (
	"fmt"
	"regexp"
	"slices"

	"fritidshub/catalog"
	"fritidshub/index"
)

var (
	idForm           = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	sourceForm       = regexp.MustCompile(`^[a-z0-9-]{1,128}$`)
	municipalityForm = regexp.MustCompile(`^[0-9]{4}$`)
	areaForm         = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{Nd}-]{1,128}$`)
	languageForm     = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
)

// Weekdays are the values of the weekday facet, Monday first.
func Weekdays() []string { return index.WeekdayNames() }

func facts() []string { return []string{"true", "false"} }

func statuses() []catalog.Status {
	return []catalog.Status{catalog.StatusScheduled, catalog.StatusCancelled, catalog.StatusPostponed, catalog.StatusFull}
}

// filterValue says of one value of a facet whether it is allowed, and what is.
func filterValue(r *Rules, f index.Facet, v string) (allowed string, ok bool) {
	switch f {
	case index.FacetKind:
		return "one of " + list(catalog.Kinds()), catalog.Kind(v).Valid()
	case index.FacetCategory:
		return "a category of /api/v1/categories", r.Category(v)
	case index.FacetMunicipality:
		return "a municipality number of four digits", municipalityForm.MatchString(v)
	case index.FacetSource:
		return "the id of a source, see /api/v1/sources", sourceForm.MatchString(v)
	case index.FacetAccessibility:
		return "one of " + list(catalog.Accessibilities()), slices.Contains(catalog.Accessibilities(), v)
	case index.FacetLanguage:
		return "a language tag like nb or en", languageForm.MatchString(v)
	case index.FacetWeekday:
		return "one of " + list(Weekdays()), slices.Contains(Weekdays(), v)
	case index.FacetNeighbourhood:
		return "the id of a neighbourhood like 3909-stavern, as the facet has it", areaForm.MatchString(v)
	case index.FacetTime:
		return "one of " + list(index.TimeNames()), slices.Contains(index.TimeNames(), v)
	case index.FacetLowThreshold, index.FacetEquipmentLoan:
		return "true or false", slices.Contains(facts(), v)
	case index.FacetStatus:
		return "one of " + list(statuses()), slices.Contains(statuses(), catalog.Status(v))
	}
	return "an id: letters, digits, _ and -", idForm.MatchString(v)
}

func readFilter(s *Search, r *Rules, f index.Facet, values []string) string {
	if len(values) > MaxValues {
		return fmt.Sprintf("given at most %d times", MaxValues)
	}
	var kept []string
	for _, v := range values {
		if allowed, ok := filterValue(r, f, v); !ok {
			return allowed
		}
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	if s.Query.Filters == nil {
		s.Query.Filters = map[index.Facet][]string{}
	}
	s.Query.Filters[f] = kept
	return ""
}
