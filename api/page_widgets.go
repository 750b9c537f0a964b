package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/widget/manual"
	"fritidshub/widget/statement"
)

const (
	widgetsPath   = "/docs/widgets"
	statementPath = "/docs/statement"
)

// getWidgets tells what the elements have.
func (s *server) getWidgets(c *gin.Context, weights map[string][]weight) error {
	m, err := manual.Load()
	if err != nil {
		return err
	}
	v := pages.Widgets{Frame: s.frame(s.language(c), widgetsPath), Builder: builderPath, Statement: statementPath}
	v.Title = "Elementene - " + s.Hub.Name
	lang := s.words.For(s.rules.Languages[0]).Tag
	for _, e := range m.Elements {
		b, _ := s.readBuilt(map[string][]string{"element": {strings.TrimPrefix(e.Tag, "fh-")}})
		v.Elements = append(v.Elements, pages.WidgetElement{Tag: e.Tag, What: e.What, Code: s.scriptCode(b, s.base()+address(b.search()), nil),
			Preview: previewPath + "?" + b.state().Encode()})
	}
	for _, t := range []struct {
		id, title, text string
		rows            []manual.Entry
	}{
		{"attributes", "Attributter", "Et fast filter med én verdi tilbys ikke besøkende. Av flere kan de velge blant dem.", m.Attributes},
		{"events", "Hendelser", "Alle bobler ut av elementet.", m.Events},
		{"methods", "Metoder", "", m.Methods},
		{"states", "Tilstander", "For stil: fh-search:state(loading).", m.States},
		{"properties", "Egenskaper i stilark", "Bruker siden Designsystemet eller Aksel, følger elementene fargene derfra uten at noe settes.", m.Properties},
		{"parts", "Deler", "For stil: fh-search::part(card).", m.Parts},
	} {
		table := pages.WidgetTable{ID: t.id, Title: t.title, Text: t.text}
		for _, e := range t.rows {
			table.Rows, table.Else = append(table.Rows, pages.WidgetRow{Names: e.Names, On: e.On, What: e.What, Without: e.Without}), table.Else || e.Without != ""
		}
		v.Tables = append(v.Tables, table)
	}
	for _, tag := range s.words.Tags() {
		l := s.words.For(tag)
		var file struct {
			Reviewed bool `json:"reviewed"`
		}
		if err := json.Unmarshal(l.Asset(), &file); err != nil {
			return err
		}
		v.Spoken = append(v.Spoken, pages.WidgetLanguage{Tag: tag, Name: l.Name, Dir: l.Dir, Reviewed: file.Reviewed})
	}
	seen := map[string]bool{}
	for _, script := range []string{"search.js", "list.js"} {
		facts, _ := s.weightTexts(&built{element: strings.TrimSuffix(script, ".js"), language: lang}, weights)
		for _, f := range facts {
			if !seen[f.Name] {
				seen[f.Name], v.Weights = true, append(v.Weights, f)
			}
		}
	}
	tiles := ""
	if origin := strings.TrimSpace(s.Map.origin()); origin != "" {
		tiles = " fra " + strings.TrimPrefix(origin, "https://")
	}
	v.Privacy = strings.NewReplacer("{hub}", s.Hub.Name+" ("+s.base()+")", "{map}", tiles).Replace(strings.Join(m.Privacy, "\n\n"))
	if tiles == "" {
		v.Privacy = strings.Replace(v.Privacy, ", som da får IP-adressen din og hvilket område du ser på", " gjennom huben", 1)
	}
	return s.sendForEditors(c, v)
}

// getStatement tells what can be said of the hub in an accessibility statement.
func (s *server) getStatement(c *gin.Context) error {
	all, err := statement.Criteria()
	if err != nil {
		return err
	}
	version := "Utgave: " + s.Version + "."
	v := pages.Statement{Frame: s.frame(s.language(c), statementPath), Intro: statement.Intro(version, all), Text: statement.Text(version, all)}
	v.Title = "Tilgjengelighet - " + s.Hub.Name
	for _, c := range all {
		v.Rows = append(v.Rows, pages.Criterion{ID: c.ID, Name: c.Name, Level: c.Level, Verdict: c.Verdict.String(), How: c.How, Tests: c.Tests})
	}
	return s.sendForEditors(c, v)
}

func (s *server) sendForEditors(c *gin.Context, v pages.View) error {
	body, err := s.pages.Draw(v)
	if err != nil {
		return err
	}
	c.Header("Content-Security-Policy", policyPage+"; frame-src 'self'")
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}
